import { InputError } from '#contract/failure.ts';
import { type Change, change } from '../audit/change.ts';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import { checkFit } from '../runs/check-fit.ts';
import { findRun, type SmallRun } from '../runs/find-run.ts';
import { readIdempotencyKey } from '../runs/idempotency.ts';
import { insertRun, type RunSpec } from '../runs/insert-run.ts';
import { nameRun } from '../runs/name-run.ts';
import { RunType } from '../runs/run.ts';
import { loadDataset, loadRunInputs } from '../runs/run-inputs.ts';
import { builder } from '../schema/builder.ts';
import { parseGlobalId } from '../schema/global-id.ts';
import { readName } from '../schema/text.ts';
import { type FoundPromotion, findPromotion } from './find-promotion.ts';
import { findRepeat } from './find-repeat.ts';
import { takeOnnxVersion } from './take-onnx-version.ts';

const Input = builder.inputType('PromoteRunInput', {
  fields: (t) => ({
    runId: t.id({ required: true }),
    to: t.string({ description: 'The backend to go to; the next of the progression if absent.' }),
    calibrationVersionId: t.id({
      description: 'If absent: what the run was calibrated with, else what was last used with its model or project.',
    }),
    evaluationVersionId: t.id({ description: 'If absent, that of the run.' }),
    name: t.string(),
    idempotencyKey: t.string({ description: 'The same key again answers with the run that it made.' }),
  }),
});

const Payload = builder.objectRef<{ run: SmallRun }>('PromoteRunPayload').implement({
  fields: (t) => ({ run: t.expose('run', { type: RunType }) }),
});

builder.mutationField('promoteRun', (t) =>
  t.field({
    type: Payload,
    description:
      'The next run of the progression torchao, modelopt.pytorch, modelopt.onnx, as `Run.promotion` shows it.',
    args: { input: t.arg({ type: Input, required: true }) },
    errors: {
      types: [InputError, InvalidInputError, ForbiddenError, NotFoundError, ConflictError],
      union: { name: 'PromoteRunResult' },
    },
    resolve: (_, { input }, context) =>
      change(context, 'run.promote', async (acting) => ({ run: await promoteRun(acting, input) })),
  }),
);

type PromoteRunInput = typeof Input.$inferInput;

async function promoteRun(acting: Change, input: PromoteRunInput): Promise<SmallRun> {
  const source = await findRun(acting, input.runId);
  const { projectId } = source;
  const calibration = await findDataset(acting, projectId, input.calibrationVersionId);
  const evaluation = await findDataset(acting, projectId, input.evaluationVersionId);
  const idempotencyKey = readIdempotencyKey(input.idempotencyKey);
  const earlier = await findRepeat(acting, {
    source,
    to: input.to,
    calibrationVersionId: calibration,
    evaluationVersionId: evaluation,
    idempotencyKey,
  });
  if (earlier) return earlier;
  const found = await findPromotion(acting, source, { to: input.to, calibrationVersionId: calibration });
  if (!found) throw noStep(source, input.to);
  const [missing] = found.missing;
  if (missing) throw missing;
  const inputs = await loadRunInputs(
    { ...acting, projectId },
    {
      modelVersionId: await modelVersionOf(acting, found),
      calibrationVersionId: found.calibrationVersionId,
      evaluationVersionId: evaluation ?? found.evaluationVersionId,
    },
  );
  const { recipe } = found.promotion;
  checkFit(recipe, inputs);
  const modelName = found.graph?.modelName ?? inputs.modelVersion.model.name;
  const spec: RunSpec = {
    projectId,
    name: input.name
      ? readName(['input', 'name'], input.name)
      : await nameRun(acting, { projectId, modelName, backend: recipe.backend }),
    recipe,
    recipeVersionId: null,
    modelVersionId: inputs.modelVersion.id,
    calibrationVersionId: inputs.calibration?.id ?? null,
    evaluationVersionId: inputs.evaluation?.id ?? null,
    priority: source.priority,
    batchSize: source.batchSize,
    idempotencyKey,
    promotedFromId: source.id,
  };
  const run = await insertRun(acting, spec);
  await acting.audit(run.id, { number: run.number, backend: run.backend, promotedFrom: source.number });
  return run;
}

/** The row id of a dataset version of the project. */
async function findDataset(acting: Change, projectId: string, id: string | null | undefined): Promise<string | null> {
  const version = await loadDataset({ ...acting, projectId }, id ? parseGlobalId('DatasetVersion', id) : null);
  return version?.id ?? null;
}

async function modelVersionOf(acting: Change, { modelVersionId, graph }: FoundPromotion): Promise<string> {
  if (modelVersionId) return modelVersionId;
  if (graph) return takeOnnxVersion(acting, graph);
  throw new NotFoundError('model version');
}

function noStep({ number, state, backend }: SmallRun, to: string | null | undefined): ConflictError {
  if (state !== 'SUCCEEDED') {
    return new ConflictError(
      `Run ${number} is ${state.toLowerCase()}; only a run that has succeeded is taken a step further.`,
      'Wait for its end, or run it again.',
    );
  }
  return new ConflictError(
    to ? `No step leads from ${backend} to ${to}.` : `${backend} is the last step of the progression.`,
    'The steps are torchao, modelopt.pytorch, modelopt.onnx, in this order.',
  );
}
