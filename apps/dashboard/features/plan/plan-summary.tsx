import { Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { counted, formatShrink } from '#dashboard/ui/format/number.ts';
import { LongList } from '#dashboard/ui/long-list.tsx';
import { Notice } from '#dashboard/ui/notice.tsx';
import { Stat } from '#dashboard/ui/stat.tsx';
import { whyNotSmaller } from './why-not-smaller.ts';

const PlanSummaryFragment = graphql(`
  fragment PlanSummary on Plan {
    backend
    quantizedLayers
    inputsOnlyLayers
    nativeLayers
    skippedLayers
    bytesBefore
    bytesAfter
    warnings
    layers {
      class
      verdict
      shape
    }
    rules {
      pattern
      kind
      hits
    }
  }
`);

/** What a run would come to, before it is started. */
export function PlanSummary({ plan: ref }: { plan: FragmentType<typeof PlanSummaryFragment> }) {
  const plan = readFragment(PlanSummaryFragment, ref);
  const why = whyNotSmaller(plan);
  return (
    <Stack>
      <Card data-testid="plan-summary">
        <SimpleGrid cols={{ base: 2, sm: plan.inputsOnlyLayers > 0 ? 5 : 4 }} spacing="lg">
          <Stat
            label="Estimated size"
            value={formatBytes(plan.bytesAfter)}
            note={`from ${formatBytes(plan.bytesBefore)}, ${formatShrink(plan.bytesBefore, plan.bytesAfter)}`}
          />
          <Stat label="Quantized" value={plan.quantizedLayers} note="layers" />
          {plan.inputsOnlyLayers > 0 ? (
            <Stat label="Inputs only" value={plan.inputsOnlyLayers} note="no weight of theirs" />
          ) : null}
          <Stat label="Native" value={plan.nativeLayers} note="stay as they are" />
          <Stat label="Skipped" value={plan.skippedLayers} note="by a skip pattern" />
        </SimpleGrid>
        {why ? (
          <Text size="sm" c="dimmed" mt="md">
            {why}
          </Text>
        ) : null}
        {plan.rules.length > 0 ? (
          <Group gap="xl" mt="lg">
            {plan.rules.map(({ pattern, kind, hits }) => (
              <Text size="sm" key={`${kind} ${pattern}`}>
                {kind === 'skip' ? 'Skip' : 'Rule'} <span className="mono">{pattern}</span>{' '}
                <Text span inherit c="dimmed">
                  {kind === 'skip' ? 'takes out' : 'decides'} {counted(hits, 'layer')}
                </Text>
              </Text>
            ))}
          </Group>
        ) : null}
      </Card>
      {plan.quantizedLayers === 0 ? (
        <Notice tone="warning" title={`${plan.inputsOnlyLayers > 0 ? 'No weight' : 'Nothing'} would be quantized`}>
          No layer {plan.inputsOnlyLayers > 0 ? 'with a weight' : 'of this model'} is both chosen by the recipe and
          supported by the backend; the table says why for each.
        </Notice>
      ) : null}
      {plan.warnings.length > 0 ? (
        <Notice tone="warning" title={counted(plan.warnings.length, 'warning')}>
          <LongList items={plan.warnings} noun="warning" />
        </Notice>
      ) : null}
    </Stack>
  );
}
