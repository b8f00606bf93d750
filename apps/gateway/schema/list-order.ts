import { GraphQLError } from 'graphql';
import { isUuid } from './global-id.ts';

type Pages = { readonly after?: string | null | undefined; readonly before?: string | null | undefined };

/** The query of a list: its order, after a look at the cursors, which go into it as ids. */
export function inOrder<T>(...orderBy: T[]): (pages: Pages) => { orderBy: T[] } {
  return ({ after, before }) => {
    for (const cursor of [after, before]) if (typeof cursor === 'string') checkCursor(cursor);
    return { orderBy };
  };
}

/** Cursors of Pothos' Prisma plugin are `GPC:S:<id>` in base64. */
function checkCursor(cursor: string): void {
  const [plugin, type, id, ...more] = Buffer.from(cursor, 'base64').toString('utf8').split(':');
  if (plugin === 'GPC' && type === 'S' && isUuid(id ?? '') && more.length === 0) return;
  throw new GraphQLError('The cursor is not one that this list gave.', { extensions: { code: 'BAD_USER_INPUT' } });
}
