import type { InputFiles } from '#contract/backend.ts';
import type { LayerDecision } from '#contract/recipe/match-layers.ts';
import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { brokenTies } from './broken-ties.ts';
import type { Judgement } from './judge-layer.ts';
import type { Layer } from './layers.ts';
import { listNames } from './list-names.ts';

export type Judged = Judgement & { readonly layer: Layer; readonly decision: LayerDecision };

type Facts = {
  readonly judged: readonly Judged[];
  readonly prefix: string;
  readonly tensors: readonly CheckpointTensor[];
  readonly files: InputFiles;
};

/** What a person ought to know before the run: guesses, lost names, rules and files without effect, broken ties. */
export function warningsOf({ judged, prefix, tensors, files }: Facts): readonly string[] {
  const quantized = judged.filter(({ verdict }) => verdict === 'quantized');
  const weights = new Set(quantized.flatMap(({ layer }) => layer.weight ?? []));
  return [
    ...guessWarning(quantized),
    ...prefixWarning(prefix),
    ...refusals(judged),
    ...brokenTies(tensors, weights),
    ...idleFiles(files),
  ];
}

/** A guess is said, never made in silence: an Embedding without a telling name looks like a Linear without bias. */
function guessWarning(quantized: readonly Judged[]): string[] {
  const guessed = quantized.filter(({ layer, decision }) => layer.assumed && !namesItself(layer, decision));
  if (guessed.length === 0) return [];
  return [
    `${listNames(guessed.map(({ layer }) => layer.name))} taken for Linear: a weight of rank 2 without bias. If one is an embedding, name it in skip_names or give a companion graph.`,
  ];
}

function namesItself(layer: Layer, decision: LayerDecision): boolean {
  return decision.kind === 'rule' && layer.names.includes(decision.rule.module_name);
}

function prefixWarning(prefix: string): string[] {
  if (prefix === '') return [];
  return [
    `Names lose the prefix “${prefix}” of the Lightning module, as in TAO’s own output: load the result into the network itself.`,
  ];
}

/** Files that were given and will not be read. */
function idleFiles({ calibration, evaluation, graph }: InputFiles): string[] {
  return [
    ...(calibration ? [`${calibration.name} is not read: torchao quantizes weights and calibrates nothing.`] : []),
    ...(evaluation && !graph
      ? [`${evaluation.name} is not read: accuracy is measured through a companion graph, and none is given.`]
      : []),
  ];
}

/** One sentence for each reason, since `*` may ask for every layer there is. */
function refusals(judged: readonly Judged[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { layer, reason, refused } of judged) {
    if (!refused) continue;
    const names = byReason.get(reason);
    if (names) names.push(layer.name);
    else byReason.set(reason, [layer.name]);
  }
  return [...byReason].map(([reason, names]) => `A rule asks for int8 of ${listNames(names)}: ${reason}.`);
}
