import type { InputFiles } from '#contract/backend.ts';
import { listNames } from '#contract/list-names.ts';
import { unreadEvaluation } from '#contract/unread-evaluation.ts';
import { loneShard } from '#engine/formats/checkpoint/lone-shard.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { brokenTies } from './broken-ties.ts';
import { plannedDeviations } from './deviations.ts';
import type { Judged, JudgedCheckpoint } from './judge-checkpoint.ts';
import type { LaidOut } from './lay-out.ts';
import type { Layer } from './layers.ts';
import { leftOut } from './left-out.ts';
import { isLinearName } from './linear-names.ts';

type Facts = {
  readonly judged: JudgedCheckpoint;
  readonly checkpoint: Checkpoint;
  readonly laidOut: Pick<LaidOut, 'quantized'>;
  readonly files: InputFiles;
};

/** What a person ought to know before the run: guesses, lost names, rules and files without effect, broken ties, departures from the real tool. */
export function warningsOf({ judged, checkpoint, laidOut, files }: Facts): readonly string[] {
  const { layers, prefix, settings } = judged;
  const quantized = layers.filter(({ verdict }) => verdict === 'quantized');
  return [
    ...[loneShard(files.model.name), leftOut(checkpoint, settings)].filter((sentence) => sentence !== null),
    ...guessWarning(quantized),
    ...prefixWarning(prefix),
    ...refusals(layers),
    ...brokenTies(checkpoint.tensors, { ...laidOut, prefix, outputFormat: settings.outputFormat }),
    ...(settings.outputFormat === 'safetensors' ? safetensorsWarnings(checkpoint, prefix) : []),
    ...(settings.restOfCheckpoint === 'keep' ? unknownGlobals(checkpoint) : []),
    ...plannedDeviations(judged),
    ...idleFiles(files),
  ];
}

/** A guess is said, unless the name says the same: an Embedding without a telling name looks like a Linear without bias. */
function guessWarning(quantized: readonly Judged[]): string[] {
  const guessed = quantized.filter(
    ({ layer, decision }) => layer.assumed && !isLinearName(layer.name) && !namesItself(layer, decision),
  );
  if (guessed.length === 0) return [];
  return [
    `${listNames(guessed.map(({ layer }) => layer.name))} taken for Linear: a weight of rank 2 without bias. If one is an embedding, name it in skip_names or give a companion graph.`,
  ];
}

function namesItself(layer: Layer, decision: Judged['decision']): boolean {
  return decision.kind === 'rule' && layer.names.includes(decision.rule.module_name);
}

function prefixWarning(prefix: string): string[] {
  if (prefix === '') return [];
  return [
    `Names lose the prefix “${prefix}” of the Lightning module, as in TAO’s own output: load the result into the network itself.`,
  ];
}

/** torchao's loader splits a name at its last dot, and returns what it does not know beside the rest. */
function safetensorsWarnings({ tensors }: Checkpoint, prefix: string): string[] {
  const dotless = tensors.map(({ name }) => name.slice(prefix.length)).filter((name) => !name.includes('.'));
  if (dotless.length === 0) return [];
  return [
    `${listNames(dotless)}: torchao cannot list names without a dot in safetensors; its unflatten_tensor_state_dict returns them in its second dictionary.`,
  ];
}

function unknownGlobals({ unknownGlobals: names }: Checkpoint): string[] {
  if (names.length === 0) return [];
  return [
    `The rest of the checkpoint names ${listNames(names)}: torch.load(weights_only=True) wants ${names.length === 1 ? 'it' : 'each'} allowed with torch.serialization.add_safe_globals.`,
  ];
}

/** Files that were given and will not be read. */
function idleFiles({ calibration, ...evaluated }: InputFiles): string[] {
  const unread = unreadEvaluation(evaluated);
  return [
    ...(calibration ? [`${calibration.name} is not read: torchao quantizes weights and calibrates nothing.`] : []),
    ...(unread ? [unread] : []),
  ];
}

/** One sentence for each reason. */
function refusals(layers: readonly Judged[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { layer, reason, refused, torchao, decision } of layers) {
    // `*` asks for whatever can be quantized, not for the layers that are of another kind.
    if (!refused || (torchao === null && decision.kind === 'rule' && decision.rule.module_name === '*')) continue;
    const said = `${reason}|${refused.dtype}`;
    const names = byReason.get(said);
    if (names) names.push(layer.name);
    else byReason.set(said, [layer.name]);
  }
  return [...byReason].map(([said, names]) => {
    const at = said.lastIndexOf('|');
    return `A rule asks for ${said.slice(at + 1)} of ${listNames(names)}: ${said.slice(0, at)}.`;
  });
}
