import { listNames } from '#contract/list-names.ts';
import type { TorchMethod } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { CallsInGraph } from './input-calls.ts';

/** What a person ought to know of the calls that the graph shows, a sentence each. */
export function warnOfCalls({ inputs, padded }: CallsInGraph): readonly string[] {
  // Of a recurrent module ModelOpt has more quantizers than layers; those are none that somebody forgot to call.
  const called = new Set(inputs.filter(({ tensors }) => tensors.length > 0).map(({ module }) => module.name));
  const idle = inputs.filter(({ module }) => !called.has(module.name)).map(({ module }) => module.name);
  return [...[...new Set(idle)].map(neverCalled), ...padded.map(countsPadding)];
}

/** Where calibration departs from ModelOpt's. */
export function deviationsOfCalls({ inputs }: CallsInGraph, method: TorchMethod): readonly string[] {
  if (method !== 'entropy') return [];
  const modules = inputs.filter(({ quantizer }) => quantizer.format !== 'int8').map(({ module }) => module.name);
  return modules.length > 0 ? [entropyOfFp8(modules)] : [];
}

const neverCalled = (name: string): string =>
  `The graph never calls ${name}, so its input quantizer has no amax; ModelOpt would take one from each batch.`;

const countsPadding = (name: string): string =>
  `${name} is told how long each sequence is; what it would compute of the padding counts in the amax of its inputs too.`;

const entropyOfFp8 = (names: readonly string[]): string =>
  `Inputs in FP8 are calibrated with entropy as those in INT8 are, with 128 levels: ${listNames(names)}. ModelOpt’s histogram calibrator fails on them.`;
