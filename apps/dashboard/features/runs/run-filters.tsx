'use client';

import { Group, MultiSelect, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { RunFilter, RunSort, RunState } from '#dashboard/graphql/generated/graphql.ts';
import { runStateLabels } from '#dashboard/ui/run-state-badge.tsx';
import classes from './run-filters.module.css';

export type RunFilterValues = {
  readonly search: string;
  readonly states: readonly RunState[];
  readonly backends: readonly string[];
  readonly sort: RunSort;
};

export const noFilters: RunFilterValues = { search: '', states: [], backends: [], sort: 'NEWEST' };

const sorts = {
  NEWEST: 'Newest first',
  OLDEST: 'Oldest first',
  ACCURACY: 'Best accuracy',
  SIZE: 'Smallest',
  DURATION: 'Fastest',
} as const satisfies Record<RunSort, string>;

const sortOptions = Object.entries(sorts).map(([value, label]) => ({ value, label }));
const backends = ['torchao', 'modelopt.pytorch', 'modelopt.onnx'];

/** null when nothing is filtered, so that the plain list is one entry of the cache. */
export function toRunFilter({ search, states, backends }: RunFilterValues): RunFilter | null {
  const filter: RunFilter = {
    ...(search.trim() ? { search: search.trim() } : {}),
    ...(states.length > 0 ? { states: [...states] } : {}),
    ...(backends.length > 0 ? { backends: [...backends] } : {}),
  };
  return Object.keys(filter).length > 0 ? filter : null;
}

type RunFiltersProps = { filters: RunFilterValues; onChange: (filters: RunFilterValues) => void; aside: ReactNode };

export function RunFilters({ filters, onChange, aside }: RunFiltersProps) {
  const [search, setSearch] = useState(filters.search);
  const searchLater = useDebouncedCallback((text: string) => onChange({ ...filters, search: text }), 250);
  return (
    <Group gap="sm" align="center" className={classes.filters}>
      <TextInput
        aria-label="Search runs"
        placeholder="Search by name"
        leftSection={<IconSearch size={15} />}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
          searchLater(event.currentTarget.value);
        }}
      />
      <MultiSelect
        aria-label="State"
        placeholder={filters.states.length > 0 ? '' : 'Any state'}
        data={runStateLabels}
        value={[...filters.states]}
        onChange={(states) => onChange({ ...filters, states: states.filter(isRunState) })}
        clearable
      />
      <MultiSelect
        aria-label="Backend"
        placeholder={filters.backends.length > 0 ? '' : 'Any backend'}
        data={backends}
        value={[...filters.backends]}
        onChange={(chosen) => onChange({ ...filters, backends: chosen })}
        clearable
      />
      <Select
        aria-label="Sort runs"
        data={sortOptions}
        value={filters.sort}
        allowDeselect={false}
        onChange={(sort) => {
          if (isRunSort(sort)) onChange({ ...filters, sort });
        }}
      />
      {aside}
    </Group>
  );
}

function isRunState(value: string): value is RunState {
  return runStateLabels.some((state) => state.value === value);
}

function isRunSort(value: string | null): value is RunSort {
  return value !== null && value in sorts;
}
