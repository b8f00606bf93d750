'use client';

import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { BarChart } from '#dashboard/ui/bar-chart.tsx';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';

const SizeChartFragment = graphql(`
  fragment SizeChart on Run {
    number
    backend
    outcome {
      bytesBefore
      bytesAfter
    }
  }
`);

export function SizeChart({ runs }: { runs: readonly FragmentType<typeof SizeChartFragment>[] }) {
  const bars = readFragment(SizeChartFragment, runs).flatMap(({ number, backend, outcome }) =>
    outcome ? [{ label: `#${number} ${backend}`, before: outcome.bytesBefore, after: outcome.bytesAfter }] : [],
  );
  return <BarChart label="Size of each run's model before and after" bars={bars} format={formatBytes} from="zero" />;
}
