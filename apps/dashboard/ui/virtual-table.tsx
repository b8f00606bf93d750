'use client';

import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type Header,
  type RowData,
  type SortingState,
  useReactTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import classes from './virtual-table.module.css';

declare module '@tanstack/react-table' {
  interface ColumnMeta<TData extends RowData, TValue> {
    align?: 'end';
  }
}

type VirtualTableProps<Row> = {
  label: string;
  rows: readonly Row[];
  // biome-ignore lint/suspicious/noExplicitAny: TanStack's columns of different value types share no better type
  columns: readonly ColumnDef<Row, any>[];
  height?: number;
  estimatedRowHeight?: number;
  /** Called when the last row comes into sight: there may be more to ask for. */
  onEnd?: (() => void) | undefined;
};

/** A table that renders only the rows in sight, sorted by a click on a heading. */
export function VirtualTable<Row>({
  label,
  rows,
  columns,
  height = 480,
  estimatedRowHeight = 38,
  onEnd,
}: VirtualTableProps<Row>) {
  const [sorting, setSorting] = useState<SortingState>([]);
  const scroll = useRef<HTMLDivElement>(null);
  const table = useReactTable({
    data: rows as Row[],
    columns: columns as ColumnDef<Row>[],
    state: { sorting },
    onSortingChange: setSorting,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const sorted = table.getRowModel().rows;
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => estimatedRowHeight,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const endInSight = (items.at(-1)?.index ?? -1) >= sorted.length - 1;
  const reachEnd = useEffectEvent(() => onEnd?.());
  // biome-ignore lint/correctness/useExhaustiveDependencies: more rows move the end, which may still be in sight
  useEffect(() => {
    if (endInSight) reachEnd();
  }, [endInSight, sorted.length]);
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div ref={scroll} className={classes.scroll} style={{ maxHeight: height }} tabIndex={0}>
      <table className={classes.table} aria-label={label} aria-rowcount={sorted.length + 1}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <Heading key={header.id} header={header} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          <Spacer height={before} />
          {items.map(({ index }) => {
            const row = sorted[index];
            return row ? (
              <tr key={row.id} ref={virtualizer.measureElement} data-index={index} data-row aria-rowindex={index + 2}>
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id} data-align={cell.column.columnDef.meta?.align}>
                    {flexRender(cell.column.columnDef.cell, cell.getContext())}
                  </td>
                ))}
              </tr>
            ) : null;
          })}
          <Spacer height={after} />
        </tbody>
      </table>
    </div>
  );
}

const ariaSort = { asc: 'ascending', desc: 'descending' } as const;

function Heading<Row>({ header }: { header: Header<Row, unknown> }) {
  const direction = header.column.getIsSorted();
  const title = flexRender(header.column.columnDef.header, header.getContext());
  return (
    <th
      scope="col"
      aria-sort={direction ? ariaSort[direction] : 'none'}
      data-align={header.column.columnDef.meta?.align}
    >
      {header.column.getCanSort() ? (
        <UnstyledButton className={classes.sort} onClick={header.column.getToggleSortingHandler()}>
          {title}
          {direction === 'asc' ? <IconArrowUp size={13} /> : null}
          {direction === 'desc' ? <IconArrowDown size={13} /> : null}
        </UnstyledButton>
      ) : (
        title
      )}
    </th>
  );
}

function Spacer({ height }: { height: number }) {
  return height > 0 ? (
    <tr>
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  ) : null;
}
