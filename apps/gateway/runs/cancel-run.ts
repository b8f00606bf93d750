import { change } from '../audit/change.ts';
import { requestCancel } from '../dispatch/request-cancel.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import { builder } from '../schema/builder.ts';
import { findRun, type SmallRun } from './find-run.ts';
import { RunType } from './run.ts';

const CancelPayload = builder.objectRef<{ run: SmallRun }>('CancelRunPayload').implement({
  fields: (t) => ({ run: t.expose('run', { type: RunType }) }),
});

builder.mutationField('cancelRun', (t) =>
  t.field({
    type: CancelPayload,
    args: { id: t.arg.id({ required: true }) },
    errors: { types: [NotFoundError, ForbiddenError, ConflictError], union: { name: 'CancelRunResult' } },
    resolve: (_, { id }, context) =>
      change(context, 'run.cancel', async (acting) => {
        const { number, ...key } = await findRun(acting, id);
        const answer = await requestCancel(acting.tx, key);
        const run = await findRun(acting, id);
        if (answer === 'over') {
          throw new ConflictError(`Run ${number} is over: it is ${run.state.toLowerCase()}.`);
        }
        await acting.audit(run.id, { number });
        return { run };
      }),
  }),
);
