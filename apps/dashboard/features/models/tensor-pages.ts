/** Rows a request brings; the gateway gives at most 1,000. */
export const pageSize = 200;

/** The pages to have for the rows in sight: those that hold them, then one more on either side. */
export function pagesAround(first: number, last: number, total: number): readonly number[] {
  const end = Math.floor((total - 1) / pageSize);
  const from = Math.floor(first / pageSize);
  const to = Math.floor(Math.max(first, last) / pageSize);
  const inSight = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return [...inSight, to + 1, from - 1].filter((page) => page >= 0 && page <= end);
}

/** What is here of a long list. */
export type Pages<Row> = {
  readonly list: string;
  readonly total: number;
  readonly rows: ReadonlyMap<number, readonly Row[]>;
};

export type Page<Row> = {
  readonly list: string;
  readonly number: number;
  readonly total: number;
  readonly rows: readonly Row[];
};

/** A page of the same list joins the others; one of another list takes their place. */
export function addPage<Row>(pages: Pages<Row> | null, { list, number, total, rows }: Page<Row>): Pages<Row> {
  const before = pages?.list === list ? pages.rows : [];
  return { list, total, rows: new Map([...before, [number, rows]]) };
}

export function rowAt<Row>({ rows }: Pages<Row>, index: number): Row | undefined {
  return rows.get(Math.floor(index / pageSize))?.[index % pageSize];
}
