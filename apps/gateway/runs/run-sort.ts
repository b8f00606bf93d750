import { GraphQLError } from 'graphql';
import { Prisma } from '#prisma/generated/client/client.ts';
import { isUuid } from '../schema/global-id.ts';

export const runSorts = ['NEWEST', 'OLDEST', 'ACCURACY', 'SIZE', 'DURATION'] as const;
export type RunSort = (typeof runSorts)[number];

type Order = {
  /** A double that rises along the list; runs that have no such number come last. */
  readonly key: Prisma.Sql;
};

const last = Prisma.sql`'infinity'::float8`;

/** What each sort goes by: best first. */
export const runOrders = {
  NEWEST: { key: Prisma.sql`-extract(epoch from r.queued_at)::float8` },
  OLDEST: { key: Prisma.sql`extract(epoch from r.queued_at)::float8` },
  ACCURACY: {
    key: Prisma.sql`coalesce(-(r.outcome #>> '{evaluation,quantized,correct}')::float8
      / nullif((r.outcome #>> '{evaluation,quantized,total}')::float8, 0), ${last})`,
  },
  SIZE: { key: Prisma.sql`coalesce((r.outcome ->> 'bytesAfter')::float8, ${last})` },
  // How fast a run failed says nothing; only those with a result have a time to compare.
  DURATION: {
    key: Prisma.sql`case when r.outcome is null then ${last}
      else coalesce(extract(epoch from r.ended_at - r.started_at)::float8, ${last}) end`,
  },
} as const satisfies Record<RunSort, Order>;

/** A place in a sorted list. The key is Postgres' own text of the double, which reads back to the same double. */
export type Place = { readonly key: string; readonly id: string };

export function toCursor(sort: RunSort, { key, id }: Place): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString('base64url');
}

/** Reads a cursor of this sort; one of another sort, or none of ours, is the caller's mistake. */
export function parseCursor(sort: RunSort, cursor: string): Place {
  try {
    const [of, key, id]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (of === sort && typeof key === 'string' && typeof id === 'string' && isUuid(id) && isDouble(key)) {
      return { key, id };
    }
  } catch {
    // Not JSON is not a cursor either.
  }
  throw new GraphQLError('The cursor is not one that this list gave.', { extensions: { code: 'BAD_USER_INPUT' } });
}

function isDouble(text: string): boolean {
  return text === 'Infinity' || /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text);
}
