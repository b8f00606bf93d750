import { Card, SimpleGrid, Stack, Text } from '@mantine/core';
import { otherVerdicts } from '#dashboard/features/plan/verdicts.ts';
import { whyNotSmaller } from '#dashboard/features/plan/why-not-smaller.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { BeforeAfter } from '#dashboard/ui/before-after.tsx';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { formatCount, formatPercent, formatShrink } from '#dashboard/ui/format/number.ts';
import { formatDuration } from '#dashboard/ui/format/time.ts';
import { LongList } from '#dashboard/ui/long-list.tsx';
import { Notice } from '#dashboard/ui/notice.tsx';
import { Stat } from '#dashboard/ui/stat.tsx';
import { type AccuracyChange, accuracyChange } from './accuracy-change.ts';
import { timeTaken } from './time-taken.ts';
import { whyNotMeasured } from './why-not-measured.ts';

const RunOutcomeFragment = graphql(`
  fragment RunOutcome on Run {
    backend
    startedAt
    endedAt
    evaluationGiven: evaluation {
      id
    }
    outcome {
      quantizedLayers
      inputsOnlyLayers
      nativeLayers
      skippedLayers
      bytesBefore
      bytesAfter
      unmeasured
      warnings
      deviations
      calibrationSamples
      seconds
      peakRssBytes
      evaluation {
        metric
        agreement
        float {
          correct
          total
          value
        }
        quantized {
          correct
          value
        }
      }
    }
  }
`);

/** The evidence a run ends with. */
export function RunOutcome({ run: ref }: { run: FragmentType<typeof RunOutcomeFragment> }) {
  const run = readFragment(RunOutcomeFragment, ref);
  const { backend, outcome } = run;
  if (!outcome) return null;
  const { evaluation, deviations, unmeasured } = outcome;
  // Known before the run, a deviation is a warning of its plan too.
  const warnings = outcome.warnings.filter((warning) => !deviations.includes(warning) && warning !== unmeasured);
  // The layers are asked for apart, below; without them a reason that is theirs is left to the table.
  const why = whyNotSmaller({ ...outcome, backend, layers: [] });
  const change = evaluation ? accuracyChange(evaluation.float, evaluation.quantized) : null;
  return (
    <Stack gap="lg" component="section" aria-label="Result" data-testid="run-outcome">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
        <Card>
          <Stat
            label="Size"
            testId="size"
            value={`${formatBytes(outcome.bytesBefore)} → ${formatBytes(outcome.bytesAfter)}`}
            note={formatShrink(outcome.bytesBefore, outcome.bytesAfter)}
          />
          <BeforeAfter
            rows={[
              { label: 'Float', fraction: 1 },
              { label: 'Quantized', fraction: outcome.bytesAfter / Math.max(1, outcome.bytesBefore) },
            ]}
          />
          {why ? (
            <Text size="sm" c="dimmed" mt="sm">
              {why}
            </Text>
          ) : null}
        </Card>
        <Card>
          {evaluation && change ? (
            <>
              <Stat
                label={`Accuracy (top-1, ${formatCount(evaluation.float.total)} samples)`}
                testId="accuracy"
                value={`${formatPercent(evaluation.float.value)} → ${formatPercent(evaluation.quantized.value)}`}
                note={
                  <>
                    <Text span inherit {...looks[change.kind]}>
                      {change.words}
                    </Text>
                    {change.kind === 'chance' ? ', no more than chance' : null}; the same answer on{' '}
                    {formatCount(evaluation.agreement)} of {formatCount(evaluation.float.total)}
                  </>
                }
              />
              <BeforeAfter
                rows={[
                  { label: 'Float', fraction: evaluation.float.value },
                  { label: 'Quantized', fraction: evaluation.quantized.value },
                ]}
              />
            </>
          ) : (
            <Stat
              label="Accuracy"
              value="Not measured"
              note={whyNotMeasured({ given: run.evaluationGiven !== null, unmeasured })}
            />
          )}
        </Card>
      </SimpleGrid>
      <Card>
        <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="lg">
          <Stat label="Layers quantized" value={outcome.quantizedLayers} note={otherVerdicts(outcome)} />
          <Stat
            label="Calibration"
            value={outcome.calibrationSamples ?? '–'}
            note={outcome.calibrationSamples == null ? 'not needed' : 'samples'}
          />
          <Stat
            label="Took"
            testId="took"
            value={timeTaken(run) ?? '–'}
            note={`${formatDuration(outcome.seconds)} of it quantizing`}
          />
          <Stat label="Peak memory" value={formatBytes(outcome.peakRssBytes)} />
        </SimpleGrid>
      </Card>
      {warnings.length > 0 ? (
        <Notice tone="warning" title="Warnings">
          <LongList items={warnings} noun="warning" />
        </Notice>
      ) : null}
      {deviations.length > 0 ? (
        <Notice
          tone="info"
          title={`Where this differs from ${toolOf(backend)}'s own output`}
          remedy="On purpose, and listed in the manifest too."
        >
          <LongList items={deviations} noun="difference" />
        </Notice>
      ) : null}
    </Stack>
  );
}

const tools: Readonly<Record<string, string>> = { torchao: 'torchao' };

function toolOf(backend: string): string {
  return tools[backend] ?? 'ModelOpt';
}

const color = (name: string) => ({
  c: `light-dark(var(--mantine-color-${name}-8), var(--mantine-color-${name}-4))`,
  fw: 500,
});

/** A point lost is bad, less than that deserves a look, and what chance can do says nothing. */
const looks: Readonly<Record<AccuracyChange['kind'], { readonly c?: string; readonly fw: number }>> = {
  none: { fw: 500 },
  chance: { fw: 500 },
  gain: color('green'),
  'small loss': color('orange'),
  loss: color('red'),
};
