'use client';

import { useQuery } from '@apollo/client/react';
import { Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { createColumnHelper } from '@tanstack/react-table';
import { useState } from 'react';
import type { TensorsQuery as TensorsData } from '#dashboard/graphql/generated/graphql.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { counted, formatCount, formatShape } from '#dashboard/ui/format/number.ts';
import { QueryState } from '#dashboard/ui/query-state.tsx';
import { Section } from '#dashboard/ui/section.tsx';
import { VirtualTable } from '#dashboard/ui/virtual-table.tsx';

const TensorsQuery = graphql(`
  query Tensors($id: ID!, $search: String, $offset: Int!, $limit: Int!) {
    node(id: $id) {
      ... on ModelVersion {
        id
        inspection {
          tensors(search: $search, offset: $offset, limit: $limit) {
            name
            dtype
            shape
            bytes
          }
        }
      }
    }
  }
`);

type ModelVersionNode = Extract<NonNullable<TensorsData['node']>, { __typename?: 'ModelVersion' }>;
type Tensor = NonNullable<ModelVersionNode['inspection']>['tensors'][number];

const column = createColumnHelper<Tensor>();
const columns = [
  column.accessor('name', { header: 'Name', cell: (cell) => <span className="mono">{cell.getValue()}</span> }),
  column.accessor('dtype', { header: 'Type' }),
  column.accessor('shape', {
    header: 'Shape',
    enableSorting: false,
    meta: { align: 'end' },
    cell: (cell) => formatShape(cell.getValue()),
  }),
  column.accessor('bytes', { header: 'Size', meta: { align: 'end' }, cell: (cell) => formatBytes(cell.getValue()) }),
];

/** What the gateway gives at once; the next page is asked for when the end comes into sight. */
const pageSize = 1_000;

export function TensorTable({ versionId, total }: { versionId: string; total: number }) {
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search, 200);
  const { data, previousData, loading, error, refetch, fetchMore } = useQuery(TensorsQuery, {
    variables: { id: versionId, search: wanted || null, offset: 0, limit: pageSize },
  });
  const node = (data ?? previousData)?.node;
  const tensors = node?.__typename === 'ModelVersion' ? node.inspection?.tensors : undefined;
  const loaded = tensors?.length ?? 0;
  const more = loaded > 0 && loaded % pageSize === 0 && loaded < total;
  return (
    <Section
      title="Tensors"
      padding="bare"
      description={tensors ? shownOf(tensors.length, total) : null}
      actions={
        <TextInput
          aria-label="Search tensors"
          placeholder="Search by name"
          leftSection={<IconSearch size={15} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          w={240}
        />
      }
    >
      {tensors && tensors.length > 0 ? (
        <VirtualTable
          label="Tensors"
          rows={tensors}
          columns={columns}
          onEnd={more ? () => void fetchMore({ variables: { offset: loaded } }) : undefined}
        />
      ) : tensors ? (
        <Text c="dimmed" size="sm" ta="center" py="xl">
          No tensor's name contains “{wanted}”.
        </Text>
      ) : (
        <QueryState loading={loading} error={error} retry={() => void refetch()} what="inspection" />
      )}
    </Section>
  );
}

function shownOf(shown: number, total: number): string {
  return shown === total ? counted(total, 'tensor') : `${formatCount(shown)} of ${counted(total, 'tensor')} shown`;
}
