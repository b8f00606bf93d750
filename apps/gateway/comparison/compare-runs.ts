import type { Context } from '../context.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { RunType } from '../runs/run.ts';
import { builder } from '../schema/builder.ts';
import { noRow, parseGlobalId } from '../schema/global-id.ts';
import { type ComparisonRow, compareRows } from './compare-rows.ts';
import { comparedColumns } from './facts.ts';
import { findPlannedWays } from './planned-ways.ts';

type Comparison = { readonly ids: readonly string[]; readonly rows: readonly ComparisonRow[] };

const Row = builder.objectRef<ComparisonRow>('ComparisonRow').implement({
  description: 'One fact of every compared run, in the order of `runs`; null: that run has none.',
  fields: (t) => ({
    group: t.exposeString('group'),
    label: t.exposeString('label'),
    values: t.field({
      type: ['String'],
      nullable: { list: false, items: true },
      resolve: (row) => [...row.values],
    }),
    differs: t.exposeBoolean('differs'),
    onlyOf: t.exposeString('onlyOf', {
      nullable: true,
      description: 'The backend whose runs alone can have this fact, where runs of other backends stand beside them.',
    }),
  }),
});

const ComparisonType = builder.objectRef<Comparison>('Comparison').implement({
  fields: (t) => ({
    runs: t.prismaField({
      type: [RunType],
      resolve: async (query, { ids }, _, { db, tenant }) => {
        const where = { organizationId: tenant.organizationId, id: { in: [...ids] } };
        return inOrderOf(ids, await db.run.findMany({ ...query, where }));
      },
    }),
    rows: t.field({ type: [Row], resolve: (comparison) => [...comparison.rows] }),
  }),
});

builder.queryField('compareRuns', (t) =>
  t.field({
    type: ComparisonType,
    args: { ids: t.arg.idList({ required: true }) },
    errors: { types: [NotFoundError, InvalidInputError], union: { name: 'CompareRunsResult' } },
    resolve: (_, { ids }, context) => {
      const wanted = distinct('ids', ids);
      return compareRuns(context, [...new Set(wanted.map((id) => parseGlobalId('Run', id)))]);
    },
  }),
);

builder.prismaObjectField('Project', 'comparison', (t) =>
  t.field({
    type: ComparisonType,
    description: '`compareRuns` by the numbers that people call the runs of a project by.',
    args: { numbers: t.arg.intList({ required: true }) },
    errors: { types: [NotFoundError, InvalidInputError], union: { name: 'ProjectComparisonResult' } },
    resolve: async ({ organizationId, id: projectId }, { numbers }, context) => {
      const wanted = distinct('numbers', numbers);
      const found = await context.db.run.findMany({
        where: { organizationId, projectId, number: { in: wanted } },
        select: { id: true, number: true },
      });
      const idOf = new Map(found.map(({ number, id }) => [number, id]));
      return compareRuns(
        context,
        wanted.map((number) => idOf.get(number) ?? noRow),
      );
    },
  }),
);

const most = 20;

function distinct<T>(argument: string, named: readonly T[]): T[] {
  const wanted = [...new Set(named)];
  if (wanted.length >= 2 && wanted.length <= most) return wanted;
  throw new InvalidInputError(
    [argument],
    `A comparison takes 2 to ${most} different runs; these are ${wanted.length}.`,
  );
}

async function compareRuns({ db, tenant }: Context, ids: readonly string[]): Promise<Comparison> {
  const { organizationId } = tenant;
  const rows = await db.run.findMany({
    where: { organizationId, id: { in: [...ids] }, kind: 'QUANTIZE' },
    select: comparedColumns,
  });
  if (rows.length < ids.length) throw new NotFoundError('run');
  const ways = await findPlannedWays(db, { organizationId, ids });
  const runs = inOrderOf(ids, rows).map((run) => ({ ...run, ways: ways.get(run.id) ?? [] }));
  return { ids, rows: compareRows(runs) };
}

function inOrderOf<T extends { readonly id: string }>(ids: readonly string[], rows: readonly T[]): T[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
