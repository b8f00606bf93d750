import type { Worker } from '#prisma/generated/client/client.ts';
import { builder } from '../schema/builder.ts';
import { isOnline } from './is-online.ts';

const FleetWorker = builder.objectRef<Worker>('FleetWorker').implement({
  fields: (t) => ({
    id: t.exposeString('id'),
    host: t.exposeString('host'),
    backends: t.exposeStringList('backends'),
    version: t.exposeString('version'),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime' }),
    online: t.boolean({
      resolve: ({ lastSeenAt }, _, { platform: { leaseSeconds } }) => isOnline({ lastSeenAt, leaseSeconds }),
    }),
  }),
});

builder.queryField('fleet', (t) =>
  t.field({
    type: [FleetWorker],
    // The workers belong to the platform and serve everybody who is signed in.
    resolve: async (_, __, { viewer, db }) =>
      viewer ? db.worker.findMany({ orderBy: { lastSeenAt: 'desc' }, take: 100 }) : [],
  }),
);
