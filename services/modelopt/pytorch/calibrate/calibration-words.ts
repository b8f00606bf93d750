import { listNames } from '#contract/list-names.ts';
import type { TorchMethod } from '#contract/recipe/modelopt-pytorch-request.ts';
import { enumerated } from '../network/enumerated.ts';
import { moduleInSentence, startSentence } from '../network/module-in-sentence.ts';
import type { NumberFormat } from '../quantizer.ts';
import type { Calibration } from './calibrate-activations.ts';
import type { CallsInGraph } from './input-calls.ts';

/** What a person ought to know of the calls that the graph shows and of what was seen in them, a sentence each. */
export function warnOfCalls(
  { inputs, padded }: Pick<CallsInGraph, 'inputs' | 'padded'>,
  amaxOf: Calibration['amaxOf'],
): readonly string[] {
  // Of a recurrent module ModelOpt has more quantizers than layers; those are none that somebody forgot to call.
  const called = new Set(inputs.filter(({ tensors }) => tensors.length > 0).map(({ module }) => module.name));
  const idle = inputs.filter(({ module }) => !called.has(module.name)).map(({ module }) => module.name);
  const zero = inputs.filter(({ name }) => amaxOf.get(name) === 0);
  return [
    ...said(idle, neverCalled),
    ...said(padded, countsPadding),
    ...formats.flatMap((format) => {
      const modules = zero.filter(({ quantizer }) => quantizer.format === format).map(({ module }) => module.name);
      return said(modules, seesZeros[format]);
    }),
  ];
}

/** One sentence for all, however many there are. */
function said(names: readonly string[], sentence: (names: string, isOne: boolean) => string): readonly string[] {
  const unique = [...new Set(names)].map(moduleInSentence);
  return unique.length > 0 ? [startSentence(sentence(enumerated(unique), unique.length === 1))] : [];
}

/** Where calibration departs from ModelOpt's. */
export function deviationsOfCalls({ inputs }: CallsInGraph, method: TorchMethod): readonly string[] {
  if (method !== 'entropy') return [];
  const modules = inputs.filter(({ quantizer }) => quantizer.format !== 'int8').map(({ module }) => module.name);
  return modules.length > 0 ? [entropyOfFp8(modules)] : [];
}

const neverCalled = (names: string, isOne: boolean): string =>
  `The graph never calls ${names}, so ${isOne ? 'its input quantizer has' : 'their input quantizers have'} no amax; ModelOpt would take one from each batch.`;

const countsPadding = (names: string, isOne: boolean): string =>
  `${names} ${isOne ? 'is' : 'are'} told how long each sequence is; what would be computed of the padding counts in the amax of the inputs too.`;

const formats = ['int8', 'fp8_e4m3fn'] as const satisfies readonly NumberFormat[];

const seesZeros = {
  int8: zerosAnd('INT8 rounds every input there to 0'),
  fp8_e4m3fn: zerosAnd('FP8 takes it for 1'),
} as const satisfies Record<NumberFormat, unknown>;

function zerosAnd(then: string) {
  return (names: string, isOne: boolean): string =>
    `${names} ${isOne ? 'sees' : 'see'} nothing but zeros in the calibration data, so that amax is 0 and ${then}: take other samples, or leave ${isOne ? 'the layer' : 'the layers'} out.`;
}

const entropyOfFp8 = (names: readonly string[]): string =>
  `Inputs in FP8 are calibrated with entropy as those in INT8 are, with 128 levels: ${listNames(names.map(moduleInSentence))}. ModelOpt’s histogram calibrator fails on them.`;
