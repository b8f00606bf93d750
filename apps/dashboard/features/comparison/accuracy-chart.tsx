'use client';

import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { BarChart } from '#dashboard/ui/bar-chart.tsx';
import { formatPercent } from '#dashboard/ui/format/number.ts';

const AccuracyChartFragment = graphql(`
  fragment AccuracyChart on Run {
    number
    backend
    outcome {
      evaluation {
        float {
          value
        }
        quantized {
          value
        }
      }
    }
  }
`);

export function AccuracyChart({ runs }: { runs: readonly FragmentType<typeof AccuracyChartFragment>[] }) {
  const bars = readFragment(AccuracyChartFragment, runs).flatMap(({ number, backend, outcome }) => {
    const evaluation = outcome?.evaluation;
    if (!evaluation) return [];
    return [{ label: `#${number} ${backend}`, before: evaluation.float.value, after: evaluation.quantized.value }];
  });
  return <BarChart label="Accuracy of each run, float and quantized" bars={bars} format={formatPercent} from="near" />;
}
