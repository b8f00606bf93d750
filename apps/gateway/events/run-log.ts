import { builder } from '../schema/builder.ts';
import { defaultLimit } from '../schema/limits.ts';
import { RunEventType } from './run-event.ts';

const maxLines = 1_000;

builder.prismaObjectField('Run', 'log', (t) =>
  t.field({
    type: [RunEventType],
    description: 'Its log lines, oldest first: those after `afterSeq`, or without it the last ones.',
    args: { afterSeq: t.arg({ type: 'Long' }), limit: t.arg.int() },
    resolve: async (run, { afterSeq, limit }, { db }) => {
      const where = { organizationId: run.organizationId, runId: run.id, kind: 'log' };
      const take = Math.min(maxLines, Math.max(0, limit ?? defaultLimit));
      if (afterSeq !== null && afterSeq !== undefined) {
        return db.runEvent.findMany({ where: { ...where, seq: { gt: afterSeq } }, orderBy: { seq: 'asc' }, take });
      }
      return (await db.runEvent.findMany({ where, orderBy: { seq: 'desc' }, take })).reverse();
    },
  }),
);
