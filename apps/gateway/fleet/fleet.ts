import type { Worker } from '#prisma/generated/client/client.ts';
import { builder } from '../schema/builder.ts';

/** A worker says hello every few seconds; after this long it is taken to be gone. */
const silence = 30_000;

const FleetWorker = builder.objectRef<Worker>('FleetWorker').implement({
  fields: (t) => ({
    id: t.exposeString('id'),
    host: t.exposeString('host'),
    backends: t.exposeStringList('backends'),
    version: t.exposeString('version'),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime' }),
    online: t.boolean({ resolve: (worker) => worker.lastSeenAt.getTime() > Date.now() - silence }),
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
