import type { Failure } from '#contract/failure.ts';
import { builder } from './builder.ts';

export const FailureType = builder.objectRef<Failure>('Failure').implement({
  fields: (t) => ({
    code: t.exposeString('code'),
    message: t.exposeString('message'),
    remedy: t.string({ nullable: true, resolve: (failure) => failure.remedy ?? null }),
  }),
});
