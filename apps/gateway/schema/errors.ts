import { InputError } from '#contract/failure.ts';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import { builder } from './builder.ts';

type Sentence = { readonly message: string; readonly remedy?: string | null | undefined };

const ErrorInterface = builder.interfaceRef<Sentence>('Error').implement({
  fields: (t) => ({
    message: t.exposeString('message'),
    remedy: t.string({ nullable: true, resolve: (error) => error.remedy ?? null }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'What the caller sent cannot be used; `path` names the input field.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ path: t.stringList({ resolve: (error) => [...error.path] }) }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'No such thing here: it does not exist or belongs to someone else.',
  interfaces: [ErrorInterface],
});

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  interfaces: [ErrorInterface],
  fields: (t) => ({ action: t.exposeString('action') }),
});

builder.objectType(ConflictError, { name: 'ConflictError', interfaces: [ErrorInterface] });

builder.objectType(InputError, {
  name: 'UnusableInputError',
  description: 'The recipe or the files do not fit: the same sentence the run would fail with.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ code: t.exposeString('code') }),
});
