'use client';

import { Skeleton, Text, useComputedColorScheme } from '@mantine/core';
import type { ECharts } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import { type Bar, barChartOption } from './bar-chart-option.ts';

type BarChartProps = {
  label: string;
  bars: readonly Bar[];
  format: (value: number) => string;
  /** `zero` starts the axis at nothing; `near` just below the smallest value, and says so. */
  from: 'zero' | 'near';
};

/** A pair of bars a run, float above quantized. ECharts comes only with the first chart. */
export function BarChart({ label, bars, format, from }: BarChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const [ready, setReady] = useState(false);
  const scheme = useComputedColorScheme('light');
  const height = 56 + bars.length * 52;
  const empty = bars.every(({ before, after }) => before === null && after === null);

  useEffect(() => {
    if (empty) return;
    let disposed = false;
    let observer: ResizeObserver | undefined;
    import('./echarts.ts').then(({ init }) => {
      if (disposed || !element.current) return;
      chart.current = init(element.current, undefined, { renderer: 'svg' });
      observer = new ResizeObserver(() => chart.current?.resize());
      observer.observe(element.current);
      setReady(true);
    });
    return () => {
      disposed = true;
      observer?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, [empty]);

  useEffect(() => {
    if (ready && element.current) chart.current?.setOption(barChartOption({ bars, format, from, scheme }));
  }, [ready, bars, format, from, scheme]);

  if (empty) {
    return (
      <Text c="dimmed" size="sm" py="xl" ta="center">
        None of these runs has measured it.
      </Text>
    );
  }
  return (
    <>
      {ready ? null : <Skeleton height={height} radius="md" />}
      <div ref={element} role="img" aria-label={label} style={{ height: ready ? height : 0, width: '100%' }} />
      {from === 'near' ? (
        <Text size="xs" c="dimmed">
          The axis does not start at zero.
        </Text>
      ) : null}
    </>
  );
}
