'use client';

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
import { type ReactNode, useMemo, useState } from 'react';
import { SortButton } from './sort-button.tsx';
import { VirtualRows } from './virtual-rows.tsx';

declare module '@tanstack/react-table' {
  interface ColumnMeta<TData extends RowData, TValue> {
    align?: 'end';
    /** wide: not on a narrow screen, where another column says it. */
    shown?: 'wide';
  }
}

type VirtualTableProps<Row> = {
  label: string;
  rows: readonly Row[];
  /** Which of them are shown. Rows are prepared once, so it may change at every key. */
  keep: (row: Row) => boolean;
  /** Instead of a table without rows. */
  empty: ReactNode;
  // biome-ignore lint/suspicious/noExplicitAny: TanStack's columns of different value types share no better type
  columns: readonly ColumnDef<Row, any>[];
  height?: number;
  estimatedRowHeight?: number;
};

/** A table of rows that are all here, sorted by a click on a heading. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, rows, keep, empty, columns, height, estimatedRowHeight } = props;
  const [sorting, setSorting] = useState<SortingState>([]);
  const table = useReactTable({
    data: rows as Row[],
    columns: columns as ColumnDef<Row>[],
    state: { sorting },
    onSortingChange: setSorting,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const sorted = table.getRowModel().rows;
  const shown = useMemo(() => sorted.filter(({ original }) => keep(original)), [sorted, keep]);
  if (shown.length === 0) return empty;
  return (
    <VirtualRows
      label={label}
      count={shown.length}
      height={height}
      estimatedRowHeight={estimatedRowHeight}
      order={JSON.stringify(sorting)}
      head={table.getFlatHeaders().map((header) => <Heading key={header.id} header={header} />)}
      cells={(index) =>
        shown[index]?.getVisibleCells().map((cell) => (
          <td
            key={cell.id}
            data-align={cell.column.columnDef.meta?.align}
            data-shown={cell.column.columnDef.meta?.shown}
          >
            {flexRender(cell.column.columnDef.cell, cell.getContext())}
          </td>
        ))
      }
    />
  );
}

const directions = { asc: 'ascending', desc: 'descending' } as const;

function Heading<Row>({ header }: { header: Header<Row, unknown> }) {
  const sorted = header.column.getIsSorted();
  const direction = sorted ? directions[sorted] : null;
  const title = flexRender(header.column.columnDef.header, header.getContext());
  const toggle = header.column.getToggleSortingHandler();
  return (
    <th
      scope="col"
      aria-sort={direction ?? 'none'}
      data-align={header.column.columnDef.meta?.align}
      data-shown={header.column.columnDef.meta?.shown}
    >
      {header.column.getCanSort() && toggle ? (
        <SortButton direction={direction} onClick={toggle}>
          {title}
        </SortButton>
      ) : (
        title
      )}
    </th>
  );
}
