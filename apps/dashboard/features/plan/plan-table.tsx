'use client';

import { Box, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { formatCount } from '#dashboard/ui/format/number.ts';
import { VirtualTable } from '#dashboard/ui/virtual-table.tsx';
import { layerMatches } from './layer-matches.ts';
import { planColumns } from './plan-columns.tsx';
import { verdictCounts } from './verdicts.ts';

const PlanTableFragment = graphql(`
  fragment PlanTable on Plan {
    quantizedLayers
    inputsOnlyLayers
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
        groupSize
      }
      activations {
        dtype
        granularity
        axis
        groupSize
      }
      reason
    }
  }
`);

/** Every layer with what happens to it, why, and how its class is known. */
export function PlanTable({ plan, height }: { plan: FragmentType<typeof PlanTableFragment>; height?: number }) {
  const { layers, ...counts } = readFragment(PlanTableFragment, plan);
  const offered = verdictCounts(counts);
  const [chosen, setShown] = useState('ALL');
  // A plan of another recipe may not offer what was chosen of this one.
  const shown = offered.some(({ verdict }) => verdict === chosen) ? chosen : 'ALL';
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 150);
  const keep = useMemo(() => layerMatches(shown, search), [shown, search]);
  const columns = useMemo(() => planColumns(layers), [layers]);
  return (
    <Stack gap="xs">
      <Group px="lg" justify="space-between">
        {/* Five verdicts are wider than a phone. */}
        <Box maw="100%" style={{ overflowX: 'auto' }}>
          <SegmentedControl
            size="xs"
            miw="max-content"
            aria-label="Layers to show"
            value={shown}
            onChange={setShown}
            data={[
              { value: 'ALL', label: `All ${formatCount(layers.length)}` },
              ...offered.map(({ verdict, label, layers: count }) => ({
                value: verdict,
                label: `${label} ${formatCount(count)}`,
              })),
            ]}
          />
        </Box>
        <TextInput
          size="xs"
          aria-label="Search layers"
          placeholder="Search by name, class or reason"
          leftSection={<IconSearch size={14} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          w={{ base: '100%', xs: 260 }}
        />
      </Group>
      <VirtualTable
        label="Plan by layer"
        rows={layers}
        keep={keep}
        columns={columns}
        estimatedRowHeight={57}
        empty={
          <Text c="dimmed" size="sm" ta="center" p="xl" role="status">
            {layers.length === 0 ? 'This model has no layers.' : 'No layer is of this kind.'}
          </Text>
        }
        {...(height ? { height } : {})}
      />
    </Stack>
  );
}
