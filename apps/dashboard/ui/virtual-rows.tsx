'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useEffectEvent, useRef } from 'react';
import classes from './virtual-table.module.css';

type VirtualRowsProps = {
  label: string;
  /** The cells of the heading. */
  head: ReactNode;
  count: number;
  /** The cells of a row. */
  cells: (index: number) => ReactNode;
  /** Even columns that do not move while rows come and go; each heading then says its width. */
  layout?: 'fixed' | 'content';
  height?: number | undefined;
  estimatedRowHeight?: number | undefined;
  /** Another one brings the first row back into sight. */
  order?: string | undefined;
  /** The rows in sight, and some around them. */
  onRange?: ((first: number, last: number) => void) | undefined;
};

/** The body of a long table: only the rows in sight are in the page. */
export function VirtualRows(props: VirtualRowsProps) {
  const {
    label,
    head,
    count,
    cells,
    layout = 'content',
    height = 480,
    estimatedRowHeight = 38,
    order,
    onRange,
  } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => estimatedRowHeight,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  const tell = useEffectEvent((from: number, to: number) => onRange?.(from, to));
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows at the same places have to be told of too
  useEffect(() => tell(first, last), [first, last, count, order]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was scrolled to is elsewhere in another order
  useEffect(() => {
    if (scroll.current) scroll.current.scrollTop = 0;
  }, [order]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div ref={scroll} className={classes.scroll} style={{ maxHeight: height }} tabIndex={0}>
      <table className={classes.table} data-layout={layout} aria-label={label} aria-rowcount={count + 1}>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>
          <Spacer height={items[0]?.start ?? 0} />
          {items.map(({ index, key }) => (
            <tr key={key} ref={virtualizer.measureElement} data-index={index} data-row aria-rowindex={index + 2}>
              {cells(index)}
            </tr>
          ))}
          <Spacer height={virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
    </div>
  );
}

function Spacer({ height }: { height: number }) {
  return height > 0 ? (
    <tr aria-hidden>
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  ) : null;
}
