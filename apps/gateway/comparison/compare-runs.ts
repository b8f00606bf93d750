import type { Context } from '../context.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { RunType } from '../runs/run.ts';
import { builder } from '../schema/builder.ts';
import { parseGlobalId } from '../schema/global-id.ts';
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
    resolve: (_, { ids }, context) => compareRuns(context, ids),
  }),
);

const most = 20;

async function compareRuns({ db, tenant }: Context, globalIds: readonly string[]): Promise<Comparison> {
  const ids = [...new Set(globalIds)];
  if (ids.length < 2 || ids.length > most) {
    throw new InvalidInputError(['ids'], `A comparison takes 2 to ${most} different runs; these are ${ids.length}.`);
  }
  const wanted = [...new Set(ids.map((id) => parseGlobalId('Run', id)))];
  const rows = await db.run.findMany({
    where: { organizationId: tenant.organizationId, id: { in: wanted }, kind: 'QUANTIZE' },
    select: comparedColumns,
  });
  if (rows.length < wanted.length) throw new NotFoundError('run');
  const ways = await findPlannedWays(db, { organizationId: tenant.organizationId, ids: wanted });
  const runs = inOrderOf(wanted, rows).map((run) => ({ ...run, ways: ways.get(run.id) ?? [] }));
  return { ids: wanted, rows: compareRows(runs) };
}

function inOrderOf<T extends { readonly id: string }>(ids: readonly string[], rows: readonly T[]): T[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
