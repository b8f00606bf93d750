import { builder } from '../schema/builder.ts';
import { FailureType } from '../schema/failure.ts';
import { stored } from '../schema/stored.ts';

export const AttemptType = builder.prismaObject('Attempt', {
  fields: (t) => ({
    epoch: t.exposeInt('epoch'),
    workerId: t.exposeString('workerId'),
    state: t.exposeString('state'),
    failure: t.field({ type: FailureType, nullable: true, resolve: (attempt) => stored('failure', attempt.failure) }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
  }),
});
