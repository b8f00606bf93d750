import { listNames } from '#contract/list-names.ts';
import type { InputCalls } from '../calibrate/input-calls.ts';
import { moduleInSentence, startSentence } from '../network/module-in-sentence.ts';
import type { Quantizer } from '../quantizer.ts';

export type Smoothability = {
  /** Input channels by name of the input quantizer. */
  readonly channelsOf: ReadonlyMap<string, number>;
  readonly warnings: readonly string[];
};

/**
 * The inputs that SmoothQuant takes: those of a module with a matrix for a weight whose weight and input are INT8.
 * ModelOpt passes over the others with a warning, and fails where there is one channel alone.
 */
export function smoothable(inputs: readonly InputCalls[], quantizers: readonly Quantizer[]): Smoothability {
  const weightOf = new Map(quantizers.flatMap((one) => (one.role === 'weight' ? [[one.module, one] as const] : [])));
  const channelsOf = new Map<string, number>();
  const others: string[] = [];
  for (const { quantizer, name, tensors } of inputs) {
    const weight = weightOf.get(quantizer.module);
    const shape = weight?.weight?.shape ?? [];
    if (quantizer.attribute !== 'input_quantizer' || shape.length !== 2 || tensors.length === 0) continue;
    if (quantizer.format !== 'int8' || weight?.format !== 'int8') others.push(quantizer.module);
    else if ((shape[1] ?? 0) > 1) channelsOf.set(name, shape[1] ?? 0);
  }
  return { channelsOf, warnings: others.length > 0 ? [notInt8(others)] : [] };
}

const notInt8 = (modules: readonly string[]): string =>
  startSentence(
    `${listNames(modules.map(moduleInSentence))} ${modules.length > 1 ? 'are' : 'is'} not smoothed, for SmoothQuant takes INT8 weights and inputs; such an input keeps one amax for the tensor, where ModelOpt would leave it one for each channel.`,
  );
