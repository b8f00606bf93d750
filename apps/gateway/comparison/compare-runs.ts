import type { Context } from '../context.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { RunType } from '../runs/run.ts';
import { builder } from '../schema/builder.ts';
import { parseGlobalId } from '../schema/global-id.ts';
import { type ComparisonRow, compareRows } from './compare-rows.ts';
import { type ComparedRun, comparedInclude } from './facts.ts';

type Comparison = { readonly runs: readonly ComparedRun[]; readonly rows: readonly ComparisonRow[] };

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
    runs: t.field({ type: [RunType], resolve: (comparison) => [...comparison.runs] }),
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
  const wanted = ids.map((id) => parseGlobalId('Run', id));
  const rows = await db.run.findMany({
    where: { organizationId: tenant.organizationId, id: { in: wanted }, kind: 'QUANTIZE' },
    include: comparedInclude,
  });
  const byId = new Map(rows.map((run) => [run.id, run]));
  const runs = wanted.map((id) => {
    const run = byId.get(id);
    if (!run) throw new NotFoundError('run');
    return run;
  });
  return { runs, rows: compareRows(runs) };
}
