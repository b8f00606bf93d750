import type { EvaluationPair } from '#contract/outcome.ts';
import { backendCard } from '#contract/recipe/catalogue.ts';
import type { Recipe, TensorRule } from '#contract/recipe/recipe.ts';
import type { Prisma } from '#prisma/generated/client/client.ts';
import { stored } from '../schema/stored.ts';
import { optionsGroup } from './backend-options.ts';
import { optionFacts } from './option-facts.ts';
import { plannedAs } from './planned-as.ts';
import type { PlannedWay } from './planned-ways.ts';

const dataset = { select: { number: true, dataset: { select: { name: true } } } } as const;

export const comparedColumns = {
  id: true,
  backend: true,
  state: true,
  recipe: true,
  outcome: true,
  failure: true,
  batchSize: true,
  startedAt: true,
  endedAt: true,
  modelVersion: {
    select: { number: true, model: { select: { name: true } }, artifact: { select: { sha256: true } } },
  },
  calibrationVersion: dataset,
  evaluationVersion: dataset,
} as const;

export type ComparedRun = Prisma.RunGetPayload<{ select: typeof comparedColumns }> & {
  readonly ways: readonly PlannedWay[];
};

/** null: the run has none, and the fact keeps its place among the others. */
export type Fact = { readonly group: string; readonly label: string; readonly value: string | null };

/** What a person compares of a run, in the order of reading: what came out, how it was made, from what. */
export function listFacts(run: ComparedRun): readonly Fact[] {
  const recipe = stored('recipe', run.recipe);
  return [
    ...inGroup('Result', resultFacts(run)),
    ...inGroup('Recipe', recipe ? recipeFacts(recipe) : []),
    ...inGroup(optionsGroup, recipe ? optionFacts(recipe.backend_kwargs, backendCard(recipe.backend).kwargs) : []),
    ...inGroup('Inputs', inputFacts(run)),
  ];
}

type Entry = readonly [label: string, value: string | null | undefined];

function inGroup(group: string, entries: readonly Entry[]): readonly Fact[] {
  return entries.map(([label, value]) => ({ group, label, value: value ?? null }));
}

function resultFacts(run: ComparedRun): readonly Entry[] {
  const outcome = stored('outcome', run.outcome);
  const failure = stored('failure', run.failure);
  const state: readonly Entry[] = [
    ['State', run.state.toLowerCase()],
    ['Failure', failure?.message],
  ];
  if (!outcome) return state;
  const { evaluation, layers } = outcome;
  const share = (score: { readonly correct: number; readonly total: number }) => score.correct / score.total;
  const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
  return [
    ...state,
    ['Accuracy, float', evaluation && percent(share(evaluation.float))],
    ['Accuracy, quantized', evaluation && percent(share(evaluation.quantized))],
    ['Accuracy change', evaluation && accuracyChange(evaluation)],
    ['Agreement', evaluation && percent(evaluation.agreement / evaluation.float.total)],
    ['Bytes before', String(outcome.bytesBefore)],
    ['Bytes after', String(outcome.bytesAfter)],
    ['Compression', `${(outcome.bytesBefore / Math.max(1, outcome.bytesAfter)).toFixed(2)} ×`],
    ['Weights', plannedAs(run.ways, 'weights')],
    ['Activations', plannedAs(run.ways, 'activations')],
    ['Layers quantized', String(layers.quantized)],
    ['Layers, inputs only', layers.inputs === undefined ? null : String(layers.inputs)],
    ['Layers left native', String(layers.native)],
    ['Layers skipped', String(layers.skipped)],
    ['Deviations', outcome.deviations?.length ? String(outcome.deviations.length) : null],
    ['TensorRT', outcome.lint && `${outcome.lint.counts.errors} errors, ${outcome.lint.counts.warnings} warnings`],
    ['Seconds', secondsTaken(run)],
    ['Seconds quantizing', outcome.seconds.toFixed(1)],
  ];
}

/** `-0.07 points, 1 of 1488 samples`. */
function accuracyChange({ float, quantized }: EvaluationPair): string {
  const samples = quantized.correct - float.correct;
  const points = ((100 * samples) / float.total).toFixed(2);
  return `${samples > 0 ? '+' : ''}${points} points, ${Math.abs(samples)} of ${float.total} samples`;
}

/** From when a worker first took it to its end, which the list of runs goes by too. */
function secondsTaken({ startedAt, endedAt }: ComparedRun): string | null {
  return startedAt && endedAt ? ((endedAt.getTime() - startedAt.getTime()) / 1_000).toFixed(1) : null;
}

function recipeFacts(recipe: Recipe): readonly Entry[] {
  return [
    ['Backend', recipe.backend],
    ['Mode', recipe.mode],
    ['Algorithm', recipe.algorithm],
    ['Device', recipe.device],
    ...recipe.layers.map(
      ({ module_name, weights, activations }): Entry => [
        `Rule ${module_name}`,
        `weights ${describe(weights)}, activations ${describe(activations)}`,
      ],
    ),
    ['Skipped names', recipe.skip_names.length > 0 ? recipe.skip_names.join(', ') : null],
  ];
}

function describe(rule: TensorRule | null): string {
  if (!rule) return 'as they are';
  if (rule.group_size !== undefined) return `${rule.dtype} per group of ${rule.group_size}`;
  if (rule.quant_axis === undefined) return rule.dtype;
  return rule.quant_axis === null ? `${rule.dtype} per tensor` : `${rule.dtype} along axis ${rule.quant_axis}`;
}

function inputFacts({ modelVersion, calibrationVersion, evaluationVersion, batchSize }: ComparedRun): readonly Entry[] {
  return [
    ['Model', modelVersion?.model.name],
    ['Model version', modelVersion && String(modelVersion.number)],
    ['Model SHA-256', modelVersion?.artifact.sha256],
    ['Calibration', calibrationVersion && `${calibrationVersion.dataset.name} ${calibrationVersion.number}`],
    ['Evaluation', evaluationVersion && `${evaluationVersion.dataset.name} ${evaluationVersion.number}`],
    ['Batch size', batchSize === null ? null : String(batchSize)],
  ];
}
