import type { Failure } from '#contract/failure.ts';
import type { RunEvent, RunState } from '#prisma/generated/client/client.ts';
import { RunType } from '../runs/run.ts';
import { builder } from '../schema/builder.ts';
import { RunStateEnum } from '../schema/enums.ts';
import { FailureType } from '../schema/failure.ts';

type StateChange = { readonly kind: 'state'; readonly state: RunState; readonly failure?: Failure };
type Progress = {
  readonly kind: 'progress';
  readonly stage: string;
  readonly fraction: number;
  readonly etaSeconds: number | null;
};
type LogLine = { readonly kind: 'log'; readonly level: string; readonly line: string };

const StateChanged = builder.objectRef<StateChange>('RunStateChanged').implement({
  fields: (t) => ({
    state: t.expose('state', { type: RunStateEnum }),
    failure: t.field({ type: FailureType, nullable: true, resolve: (event) => event.failure ?? null }),
  }),
});

const Progressed = builder.objectRef<Progress>('RunProgressed').implement({
  fields: (t) => ({
    stage: t.exposeString('stage'),
    fraction: t.exposeFloat('fraction'),
    etaSeconds: t.int({
      nullable: true,
      resolve: ({ etaSeconds }) => (typeof etaSeconds === 'number' ? Math.ceil(etaSeconds) : null),
    }),
  }),
});

const Logged = builder.objectRef<LogLine>('RunLogged').implement({
  fields: (t) => ({ level: t.exposeString('level'), line: t.exposeString('line') }),
});

const typeNames = { state: 'RunStateChanged', progress: 'RunProgressed', log: 'RunLogged' } as const;

const RunChange = builder.unionType('RunChange', {
  types: [StateChanged, Progressed, Logged],
  resolveType: (change) => typeNames[change.kind],
});

export const RunEventType = builder.objectRef<RunEvent>('RunEvent').implement({
  description: 'seq has no gaps within its run; projectSeq none within its project.',
  fields: (t) => ({
    seq: t.expose('seq', { type: 'Long' }),
    projectSeq: t.expose('projectSeq', { type: 'Long' }),
    runId: t.globalID({ resolve: (event) => ({ type: RunType, id: event.runId }) }),
    at: t.expose('at', { type: 'DateTime' }),
    epoch: t.exposeInt('epoch'),
    change: t.field({ type: RunChange, resolve: readChange }),
    run: t.prismaField({
      type: RunType,
      resolve: (query, { organizationId, runId }, _, { db }) =>
        db.run.findUniqueOrThrow({ ...query, where: { organizationId_id: { organizationId, id: runId } } }),
    }),
  }),
});

/** Only the coordinator writes events (dispatch/append-events.ts); their data is the type that their kind names. */
function readChange({ kind, data }: RunEvent): StateChange | Progress | LogLine {
  return { ...Object(data), kind };
}
