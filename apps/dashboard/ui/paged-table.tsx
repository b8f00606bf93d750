'use client';

import type { ReactNode } from 'react';
import { SortButton, type SortDirection } from './sort-button.tsx';
import { VirtualRows } from './virtual-rows.tsx';
import classes from './virtual-table.module.css';

/** Rows that are fetched as they come into sight. */
export type PagedRows<Row> = {
  readonly total: number;
  /** undefined: not here yet. */
  at(index: number): Row | undefined;
  /** Says that these are in sight. */
  want(first: number, last: number): void;
};

export type PagedColumn<Row, Sort extends string> = {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly width?: string;
  readonly align?: 'end';
  /** `wide`: left out where a table has no room for it. */
  readonly shown?: 'wide';
  /** The orders that clicks on the heading go through, before the list's own again. */
  readonly sorts?: readonly { readonly by: Sort; readonly direction: SortDirection }[];
};

type PagedTableProps<Row, Sort extends string> = {
  label: string;
  rows: PagedRows<Row>;
  columns: readonly PagedColumn<Row, Sort>[];
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
  /** Another list, which is shown from its beginning. */
  list: string;
};

/** A table of more rows than a browser should hold; whoever keeps them sorts and filters them. */
export function PagedTable<Row, Sort extends string>(props: PagedTableProps<Row, Sort>) {
  const { label, rows, columns, sort, onSort, list } = props;
  return (
    <VirtualRows
      label={label}
      count={rows.total}
      layout="fixed"
      order={list}
      onRange={rows.want}
      head={columns.map((column) => <Heading key={column.id} column={column} sort={sort} onSort={onSort} />)}
      cells={(index) => {
        const row = rows.at(index);
        return columns.map(({ id, align, shown, cell }) => (
          <td key={id} data-align={align} data-shown={shown}>
            {row === undefined ? <span className={classes.missing} /> : cell(row)}
          </td>
        ));
      }}
    />
  );
}

type HeadingProps<Row, Sort extends string> = {
  column: PagedColumn<Row, Sort>;
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
};

function Heading<Row, Sort extends string>({ column, sort, onSort }: HeadingProps<Row, Sort>) {
  const { header, width, align, shown, sorts = [] } = column;
  const at = sorts.findIndex(({ by }) => by === sort);
  const direction = sorts[at]?.direction ?? null;
  return (
    <th scope="col" style={{ width }} aria-sort={direction ?? 'none'} data-align={align} data-shown={shown}>
      {sorts.length > 0 ? (
        <SortButton direction={direction} onClick={() => onSort(sorts[at + 1]?.by ?? null)}>
          {header}
        </SortButton>
      ) : (
        header
      )}
    </th>
  );
}
