import { queryFromInfo } from '@pothos/plugin-prisma';
import { resolveCursorConnection } from '@pothos/plugin-relay';
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { builder } from '../schema/builder.ts';
import { RunStateEnum } from '../schema/enums.ts';
import { noRow, tryParseGlobalId } from '../schema/global-id.ts';
import { defaultPage } from '../schema/limits.ts';
import { tenantKey } from '../schema/node.ts';
import { countRuns, listRuns, type RunFilter } from './list-runs.ts';
import { RunType } from './run.ts';
import { parseCursor, runSorts, toCursor } from './run-sort.ts';

const RunFilterInput = builder.inputType('RunFilter', {
  fields: (t) => ({
    states: t.field({ type: [RunStateEnum] }),
    backends: t.stringList(),
    modelId: t.id(),
    search: t.string(),
  }),
});

const RunSortEnum = builder.enumType('RunSort', { values: runSorts });

const RunEdge = builder.edgeObject({ type: RunType, name: 'ProjectRunsConnectionEdge' });

type CountedRuns = { readonly count: () => Promise<number> };

const RunConnection = builder.connectionObject(
  {
    type: RunType,
    name: 'ProjectRunsConnection',
    fields: (t) => ({
      totalCount: t.int({ resolve: (connection) => (connection as unknown as CountedRuns).count() }),
    }),
  },
  RunEdge,
);

const filterArgs = builder.args((t) => ({
  filter: t.field({ type: RunFilterInput }),
  sort: t.field({ type: RunSortEnum }),
}));

builder.prismaObjectField('Project', 'runs', (t) =>
  t.connection(
    {
      type: RunType,
      args: filterArgs,
      resolve: (project, args, context, info) => connect({ context, info, projectId: project.id }, args),
    },
    RunConnection,
    RunEdge,
  ),
);

builder.queryField('runs', (t) =>
  t.connection(
    {
      type: RunType,
      nullable: true,
      args: { projectId: t.arg.id({ required: true }), ...filterArgs },
      resolve: async (_, { projectId, ...args }, context, info) => {
        const id = tryParseGlobalId('Project', projectId) ?? '';
        const project = await context.db.project.findUnique({ where: tenantKey(id, context), select: { id: true } });
        return project ? connect({ context, info, projectId: project.id }, args) : null;
      },
    },
    RunConnection,
    RunEdge,
  ),
);

type ConnectionArgs = {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
  readonly filter?: (Omit<RunFilter, 'modelId'> & { readonly modelId?: string | null | undefined }) | null | undefined;
  readonly sort?: (typeof runSorts)[number] | null | undefined;
};

type Asked = { readonly context: Context; readonly info: GraphQLResolveInfo; readonly projectId: string };

async function connect({ context, info, projectId }: Asked, args: ConnectionArgs) {
  const { db, tenant } = context;
  // What the operation asks of the runs, so that a page is one query, and a small one.
  const query = queryFromInfo({
    context,
    info,
    path: ['edges', 'node'],
    select: { organizationId: true, id: true } as const,
  });
  const sort = args.sort ?? 'NEWEST';
  const modelId = args.filter?.modelId ? (tryParseGlobalId('Model', args.filter.modelId) ?? noRow) : null;
  const scope = { db, organizationId: tenant.organizationId, projectId, filter: { ...args.filter, modelId } };
  const connection = await resolveCursorConnection<Promise<SortedRun[]>>(
    { args, maxSize: 100, defaultSize: defaultPage, toCursor: ({ id, key }: SortedRun) => toCursor(sort, { id, key }) },
    async ({ before, after, limit, inverted }) => {
      const places = await listRuns(scope, {
        sort,
        limit,
        inverted,
        after: after ? parseCursor(sort, after) : null,
        before: before ? parseCursor(sort, before) : null,
      });
      const rows = await db.run.findMany({
        ...query,
        where: { organizationId: tenant.organizationId, id: { in: places.map(({ id }) => id) } },
      });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return places.flatMap(({ id, key }) => {
        const run = byId.get(id);
        return run ? [{ ...run, key }] : [];
      });
    },
  );
  return { ...connection, count: () => countRuns(scope) };
}

type SortedRun = { readonly organizationId: string; readonly id: string; readonly key: string };
