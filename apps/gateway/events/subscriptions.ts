import { GraphQLError } from 'graphql';
import type { Prisma } from '#prisma/generated/client/client.ts';
import type { Context } from '../context.ts';
import { builder } from '../schema/builder.ts';
import { noRow, nouns, tryParseGlobalId } from '../schema/global-id.ts';
import { inTenant, type TenantTransaction } from '../tenancy/transaction.ts';
import { RunEventType } from './run-event.ts';
import { pageSize, streamEvents } from './stream-events.ts';

builder.subscriptionField('runEvents', (t) =>
  t.field({
    type: RunEventType,
    args: { runId: t.arg.id({ required: true }), afterSeq: t.arg({ type: 'Long', required: true }) },
    subscribe: async (_, { runId, afterSeq }, context) => {
      const id = tryParseGlobalId('Run', runId);
      const key = { organizationId: context.tenant.organizationId, id: id ?? noRow };
      const found = await look(context, (tx) =>
        tx.run.findUnique({ where: { organizationId_id: key, kind: 'QUANTIZE' }, select: { id: true } }),
      );
      if (!found) throw notFound('Run');
      return stream(context, { of: 'seq', id: key.id, afterSeq });
    },
    resolve: (event) => event,
  }),
);

builder.subscriptionField('projectEvents', (t) =>
  t.field({
    type: RunEventType,
    description: 'Events of the quantization runs of a project; the inspections between them take numbers too.',
    args: { projectId: t.arg.id({ required: true }), afterSeq: t.arg({ type: 'Long', required: true }) },
    subscribe: async (_, { projectId, afterSeq }, context) => {
      const id = tryParseGlobalId('Project', projectId);
      const key = { organizationId: context.tenant.organizationId, id: id ?? noRow };
      const found = await look(context, (tx) =>
        tx.project.findUnique({ where: { organizationId_id: key }, select: { id: true } }),
      );
      if (!found) throw notFound('Project');
      return stream(context, { of: 'projectSeq', id: key.id, afterSeq });
    },
    resolve: (event) => event,
  }),
);

type Wanted = { readonly of: 'seq' | 'projectSeq'; readonly id: string; readonly afterSeq: number };

/** How each subscription finds its events. */
const queries = {
  seq: (id: string, after: bigint): Prisma.RunEventFindManyArgs => ({
    where: { runId: id, seq: { gt: after } },
    orderBy: { seq: 'asc' },
  }),
  projectSeq: (id: string, after: bigint): Prisma.RunEventFindManyArgs => ({
    where: { projectId: id, projectSeq: { gt: after }, run: { kind: 'QUANTIZE' } },
    orderBy: { projectSeq: 'asc' },
  }),
} as const;

function stream(context: Context, { of, id, afterSeq }: Wanted) {
  const { organizationId } = context.tenant;
  return streamEvents(
    {
      patience: 15_000,
      seqOf: (event) => event[of],
      listen: (wake) => context.platform.events.listen('run_events', id, wake),
      read: (after) => {
        const { where, orderBy } = queries[of](id, after);
        return look(context, (tx) =>
          tx.runEvent.findMany({
            where: { ...where, organizationId },
            ...(orderBy ? { orderBy } : {}),
            take: pageSize,
          }),
        );
      },
    },
    BigInt(afterSeq),
  );
}

/** A subscription lives long, so each look of it is a short transaction of its own. */
function look<T>({ platform, tenant }: Context, work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
  return inTenant(platform.app, tenant.organizationId, work);
}

function notFound(type: keyof typeof nouns): GraphQLError {
  return new GraphQLError(`There is no such ${nouns[type]} here.`, { extensions: { code: 'NOT_FOUND' } });
}
