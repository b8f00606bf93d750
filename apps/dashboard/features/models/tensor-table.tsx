'use client';

import { Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { TensorSort } from '#dashboard/graphql/generated/graphql.ts';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { counted, formatCount, formatShape } from '#dashboard/ui/format/number.ts';
import { type PagedColumn, PagedTable } from '#dashboard/ui/paged-table.tsx';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { SharedMark } from './shared-mark.tsx';
import classes from './tensor-table.module.css';
import { type Tensor, useTensors } from './use-tensors.ts';

const columns: readonly PagedColumn<Tensor, TensorSort>[] = [
  {
    id: 'name',
    header: 'Name',
    sorts: [
      { by: 'NAME', direction: 'ascending' },
      { by: 'NAME_DESCENDING', direction: 'descending' },
    ],
    cell: ({ name, dtype, shape, sharers, sharedWith }) => (
      <>
        <span className="mono">{name}</span>
        {sharers > 0 ? (
          <>
            {' '}
            <SharedMark name={name} sharers={sharers} sharedWith={sharedWith} />
          </>
        ) : null}
        <span className={classes.narrow}>
          {dtype} · {formatShape(shape)}
        </span>
      </>
    ),
  },
  { id: 'dtype', header: 'Type', width: '9rem', shown: 'wide', cell: ({ dtype }) => dtype },
  {
    id: 'shape',
    header: 'Shape',
    width: '13rem',
    align: 'end',
    shown: 'wide',
    cell: ({ shape }) => formatShape(shape),
  },
  {
    id: 'bytes',
    header: 'Size',
    width: '7rem',
    align: 'end',
    sorts: [
      { by: 'LARGEST', direction: 'descending' },
      { by: 'SMALLEST', direction: 'ascending' },
    ],
    cell: ({ bytes }) => formatBytes(bytes),
  },
];

type TensorTableProps = { versionId: string; total: number; shared: number };

/** Every tensor of a version: searched, sorted and fetched a page at a time, so that a hundred thousand are no burden. */
export function TensorTable({ versionId, total, shared }: TensorTableProps) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 150);
  const [sharedOnly, setSharedOnly] = useState(false);
  const [sort, setSort] = useState<TensorSort | null>(null);
  const { rows, list, error, retry } = useTensors({ id: versionId, search, sharedOnly, sort });
  return (
    <Section
      title="Tensors"
      padding="bare"
      description={<span aria-live="polite">{rows ? shownOf(rows.total, total) : counted(total, 'tensor')}</span>}
      actions={
        <Group gap="md">
          {shared > 0 ? (
            <Switch
              label={`Shared only (${formatCount(shared)})`}
              checked={sharedOnly}
              onChange={(event) => setSharedOnly(event.currentTarget.checked)}
            />
          ) : null}
          <TextInput
            aria-label="Search tensors"
            placeholder="Search by name"
            leftSection={<IconSearch size={15} />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            w={{ base: '100%', xs: 240 }}
          />
        </Group>
      }
    >
      {error || !rows ? (
        <QueryState loading={!error} error={error ?? undefined} retry={retry} what="inspection" />
      ) : rows.total === 0 ? (
        <Stack py="xl" align="center">
          <Text c="dimmed" size="sm" role="status">
            {search ? `No tensor's name contains “${search}”.` : 'No tensor shares its memory.'}
          </Text>
        </Stack>
      ) : (
        <PagedTable label="Tensors" rows={rows} columns={columns} sort={sort} onSort={setSort} list={list} />
      )}
    </Section>
  );
}

function shownOf(shown: number, total: number): string {
  return shown === total ? counted(total, 'tensor') : `${formatCount(shown)} of ${counted(total, 'tensor')}`;
}
