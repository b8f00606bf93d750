export type Bar = { readonly label: string; readonly before: number | null; readonly after: number | null };

type OptionInput = {
  readonly bars: readonly Bar[];
  readonly format: (value: number) => string;
  readonly from: 'zero' | 'near';
  readonly scheme: 'light' | 'dark';
};

const palettes = {
  light: { text: '#15202a', dimmed: '#687783', line: '#e2e8ec', before: '#b4c0c9', after: '#0b7295' },
  dark: { text: '#dce4ea', dimmed: '#8d9ba7', line: '#2a3640', before: '#4a5965', after: '#2f9fc3' },
} as const;

/** ECharts' description of the chart. */
export function barChartOption({ bars, format, from, scheme }: OptionInput) {
  const colors = palettes[scheme];
  const values = bars.flatMap(({ before, after }) => [before, after]).filter((value) => value !== null);
  const series = (name: string, key: 'before' | 'after') => ({
    name,
    type: 'bar' as const,
    data: bars.map((bar) => bar[key]),
    barMaxWidth: 14,
    barGap: '25%',
    itemStyle: { color: colors[key], borderRadius: 3 },
    label: {
      show: true,
      position: 'right' as const,
      color: colors.dimmed,
      fontSize: 11,
      formatter: ({ value }: { value: unknown }) => (typeof value === 'number' ? format(value) : ''),
    },
  });
  return {
    animationDuration: 300,
    textStyle: { fontFamily: "'Geist Variable', system-ui, sans-serif", color: colors.text },
    legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, itemGap: 18, textStyle: { color: colors.dimmed } },
    grid: { left: 0, right: 64, top: 34, bottom: 4, containLabel: true },
    xAxis: {
      type: 'value' as const,
      min: from === 'zero' ? 0 : lowerBound(Math.min(...values)),
      axisLabel: { show: false },
      splitLine: { lineStyle: { color: colors.line } },
    },
    yAxis: {
      type: 'category' as const,
      inverse: true,
      data: bars.map(({ label }) => label),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.line } },
      axisLabel: { color: colors.text, margin: 12 },
    },
    series: [series('Float', 'before'), series('Quantized', 'after')],
  };
}

/** A little below the smallest share, in steps of five points, so that small differences can be seen. */
function lowerBound(smallest: number): number {
  return Math.max(0, Math.floor((smallest - 0.02) * 20) / 20);
}
