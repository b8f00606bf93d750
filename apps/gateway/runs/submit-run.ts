import { InputError } from '#contract/failure.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { type Change, change } from '../audit/change.ts';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../errors.ts';
import { findProject } from '../projects/find-project.ts';
import { readRecipe } from '../recipes/read-recipe.ts';
import { builder } from '../schema/builder.ts';
import { parseGlobalId } from '../schema/global-id.ts';
import { stored } from '../schema/stored.ts';
import { readName } from '../schema/text.ts';
import { checkFit } from './check-fit.ts';
import { findRun, type SmallRun } from './find-run.ts';
import { findByIdempotencyKey, readIdempotencyKey } from './idempotency.ts';
import { insertRun, type RunSpec } from './insert-run.ts';
import { nameRun } from './name-run.ts';
import { RunType } from './run.ts';
import { findRunInputs } from './run-inputs.ts';

const Input = builder.inputType('SubmitRunInput', {
  fields: (t) => ({
    projectId: t.id({ required: true }),
    modelVersionId: t.id({ required: true }),
    name: t.string(),
    recipe: t.field({
      type: 'JSON',
      description: 'A recipe as JSON, or TAO’s `quantize:` section as YAML, or a saved recipe: exactly one.',
    }),
    recipeYaml: t.string(),
    recipeVersionId: t.id(),
    calibrationVersionId: t.id(),
    evaluationVersionId: t.id(),
    priority: t.int({ description: 'Higher runs start first within their project; 0 to 9, 0 by default.' }),
    batchSize: t.int({ description: 'Samples in one calibration batch; the backend’s default if absent.' }),
    promotedFromRunId: t.id({ description: 'The run that this one takes a step further, with changes of its own.' }),
    idempotencyKey: t.string({ description: 'The same key again answers with the run that it made.' }),
  }),
});

const Payload = builder.objectRef<{ run: SmallRun }>('SubmitRunPayload').implement({
  fields: (t) => ({ run: t.expose('run', { type: RunType }) }),
});

builder.mutationField('submitRun', (t) =>
  t.field({
    type: Payload,
    args: { input: t.arg({ type: Input, required: true }) },
    errors: {
      types: [InputError, InvalidInputError, ForbiddenError, NotFoundError, ConflictError],
      union: { name: 'SubmitRunResult' },
    },
    resolve: (_, { input }, context) =>
      change(context, 'run.submit', async (acting) => ({ run: await submitRun(acting, input) })),
  }),
);

type SubmitRunInput = typeof Input.$inferInput;

async function submitRun(acting: Change, input: SubmitRunInput): Promise<SmallRun> {
  const { tx, organizationId } = acting;
  const project = await findProject(acting, input.projectId);
  const { recipe, recipeVersionId } = await resolveRecipe(acting, project.id, input);
  const inputs = await findRunInputs({ tx, organizationId, projectId: project.id }, input);
  checkFit(recipe, inputs);
  const spec: RunSpec = {
    projectId: project.id,
    name: input.name
      ? readName(['input', 'name'], input.name)
      : await nameRun(acting, {
          projectId: project.id,
          modelName: inputs.modelVersion.model.name,
          backend: recipe.backend,
        }),
    recipe,
    recipeVersionId,
    modelVersionId: inputs.modelVersion.id,
    calibrationVersionId: inputs.calibration?.id ?? null,
    evaluationVersionId: inputs.evaluation?.id ?? null,
    priority: readBounded(['input', 'priority'], input.priority, { least: 0, most: 9 }) ?? 0,
    batchSize: readBounded(['input', 'batchSize'], input.batchSize, { least: 1, most: 65_536 }),
    idempotencyKey: readIdempotencyKey(input.idempotencyKey),
    promotedFromId: await findSource(acting, project.id, input.promotedFromRunId),
  };
  const earlier = await findByIdempotencyKey(acting, spec);
  if (earlier) return earlier;
  const run = await insertRun(acting, spec);
  await acting.audit(run.id, { number: run.number, backend: run.backend });
  return run;
}

/** A run of the same project. */
async function findSource(acting: Change, projectId: string, id: string | null | undefined): Promise<string | null> {
  if (!id) return null;
  const source = await findRun(acting, id);
  if (source.projectId !== projectId) throw new NotFoundError('run');
  return source.id;
}

/** A run keeps the recipe itself; of a saved recipe it remembers the version too. */
async function resolveRecipe(
  { tx, organizationId }: Change,
  projectId: string,
  input: SubmitRunInput,
): Promise<{ readonly recipe: Recipe; readonly recipeVersionId: string | null }> {
  const saved = input.recipeVersionId ?? null;
  if (saved === null) return { recipe: readRecipe(input), recipeVersionId: null };
  const others = [input.recipe, input.recipeYaml].filter((source) => source !== null && source !== undefined);
  if (others.length > 0) {
    throw new InvalidInputError(
      ['input', 'recipeVersionId'],
      `The input has ${others.length + 1} recipes; it takes exactly one.`,
      'Give only one of recipe, recipeYaml and recipeVersionId.',
    );
  }
  const id = parseGlobalId('RecipeVersion', saved);
  const version = await tx.recipeVersion.findUnique({
    where: { organizationId_id: { organizationId, id } },
    include: { recipe: { select: { projectId: true } } },
  });
  const recipe = stored('recipe', version?.body);
  if (!version || !recipe || version.recipe.projectId !== projectId) throw new NotFoundError('recipe version');
  return { recipe, recipeVersionId: id };
}

function readBounded(
  path: readonly string[],
  value: number | null | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): number | null {
  if (value === null || value === undefined) return null;
  if (value < least || value > most) {
    throw new InvalidInputError(path, `${path.at(-1)} is ${value}; it can be ${least} to ${most}.`);
  }
  return value;
}
