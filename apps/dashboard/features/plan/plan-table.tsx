'use client';

import { Badge, Group, SegmentedControl, Stack, Text, Tooltip } from '@mantine/core';
import { createColumnHelper } from '@tanstack/react-table';
import { useState } from 'react';
import type { PlanTableFragment as PlanData, Verdict } from '#dashboard/graphql/generated/graphql.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { formatShape } from '#dashboard/ui/format/number.ts';
import { VirtualTable } from '#dashboard/ui/virtual-table.tsx';

const PlanTableFragment = graphql(`
  fragment PlanTable on Plan {
    quantizedLayers
    nativeLayers
    skippedLayers
    layers {
      name
      class
      evidence
      shape
      verdict
      weights {
        dtype
        granularity
        axis
      }
      activations {
        dtype
        granularity
        axis
      }
      reason
    }
  }
`);

type Layer = PlanData['layers'][number];
type Tensor = Layer['weights'];

const verdicts = {
  QUANTIZED: { label: 'Quantized', color: 'petrol' },
  NATIVE: { label: 'Native', color: 'gray' },
  SKIPPED: { label: 'Skipped', color: 'yellow' },
} as const satisfies Record<Verdict, { label: string; color: string }>;

const column = createColumnHelper<Layer>();
const columns = [
  column.accessor('name', {
    header: 'Layer',
    cell: ({ row: { original: layer } }) => (
      <div style={{ minWidth: '11rem', overflowWrap: 'anywhere' }}>
        <span className="mono">{layer.name}</span>
        <Tooltip label={`Known by: ${layer.evidence}`} multiline maw={340}>
          <Text size="xs" c="dimmed" w="fit-content">
            {describe(layer)}
          </Text>
        </Tooltip>
      </div>
    ),
  }),
  column.accessor('verdict', {
    header: 'Verdict',
    cell: (cell) => <Badge color={verdicts[cell.getValue()].color}>{verdicts[cell.getValue()].label}</Badge>,
  }),
  column.accessor((layer) => layer.weights?.dtype ?? '', {
    id: 'weights',
    header: 'Weights',
    cell: ({ row }) => <TensorCell tensor={row.original.weights} />,
  }),
  column.accessor((layer) => layer.activations?.dtype ?? '', {
    id: 'activations',
    header: 'Activations',
    cell: ({ row }) => <TensorCell tensor={row.original.activations} />,
  }),
  column.accessor('reason', {
    header: 'Why',
    enableSorting: false,
    cell: (cell) => (
      <Text size="sm" miw="13rem">
        {cell.getValue()}
      </Text>
    ),
  }),
];

/** Every layer with what happens to it and why. */
export function PlanTable({ plan, height }: { plan: FragmentType<typeof PlanTableFragment>; height?: number }) {
  const { layers, quantizedLayers, nativeLayers, skippedLayers } = readFragment(PlanTableFragment, plan);
  const [shown, setShown] = useState('ALL');
  const rows = shown === 'ALL' ? layers : layers.filter(({ verdict }) => verdict === shown);
  return (
    <Stack gap="xs">
      <Group px="lg">
        <SegmentedControl
          size="xs"
          aria-label="Layers to show"
          value={shown}
          onChange={setShown}
          data={[
            { value: 'ALL', label: `All ${layers.length}` },
            { value: 'QUANTIZED', label: `Quantized ${quantizedLayers}` },
            { value: 'NATIVE', label: `Native ${nativeLayers}` },
            { value: 'SKIPPED', label: `Skipped ${skippedLayers}` },
          ]}
        />
      </Group>
      <VirtualTable
        label="Plan by layer"
        rows={rows}
        columns={columns}
        estimatedRowHeight={57}
        {...(height ? { height } : {})}
      />
    </Stack>
  );
}

/** The class and the weight's shape; a layer without a weight has no shape to show. */
function describe({ class: kind, shape }: Layer): string {
  return shape.length === 0 ? kind : `${kind} · ${formatShape(shape)}`;
}

function TensorCell({ tensor }: { tensor: Tensor }) {
  if (!tensor || tensor.dtype === 'native') return '–';
  return (
    <>
      {tensor.dtype}
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {tensor.granularity}
        {tensor.granularity === 'per-channel' && tensor.axis != null ? `, axis ${tensor.axis}` : ''}
      </Text>
    </>
  );
}
