import { aliasTensors } from '#engine/graph/alias-tensors.ts';
import type { Observation, ObserveOptions } from '#engine/inference/observation.ts';
import { observe } from '#engine/inference/observe.ts';
import { observeChannels } from '#engine/inference/observe-channels.ts';
import type { CalibrationMethod } from '#engine/numerics/calibration/calibrator.ts';
import type { CallsInGraph } from './input-calls.ts';

export type ObservedInputs = Pick<Observation, 'samples' | 'data' | 'warnings' | 'deviations'> & {
  /** By name of the input quantizer; those that nothing calls have none. */
  readonly amaxOf: ReadonlyMap<string, number>;
  /** max |x| of each channel, of those that were asked for it. */
  readonly channelsOf: ReadonlyMap<string, Float32Array>;
};

/** The amax of every input quantizer over all samples and calls. */
export async function observeInputs(
  calls: CallsInGraph,
  method: { readonly kind: 'max' } | CalibrationMethod,
  options: ObserveOptions,
): Promise<ObservedInputs> {
  return method.kind === 'max' ? observeMaxima(calls, options) : observeHistograms(calls, method, options);
}

async function observeMaxima({ model, inputs }: CallsInGraph, options: ObserveOptions): Promise<ObservedInputs> {
  const tensors = [...new Set(inputs.flatMap((input) => input.tensors))];
  const { ranges, ...seen } = await observe(model, { tensors, groups: [], method: { kind: 'max' } }, options);
  const amaxOf = new Map<string, number>();
  for (const input of inputs) {
    const own = input.tensors.flatMap((tensor) => ranges.get(tensor) ?? []);
    if (own.length > 0)
      amaxOf.set(
        input.name,
        own.reduce((amax, { min, max }) => Math.max(amax, -min, max), 0),
      );
  }
  return { ...seen, amaxOf, channelsOf: new Map() };
}

/** Quantizers that are called with the same tensors share a histogram; one tensor in two lists is observed for each. */
async function observeHistograms(
  calls: CallsInGraph,
  method: CalibrationMethod,
  options: ObserveOptions,
): Promise<ObservedInputs> {
  const called = calls.inputs.filter(({ tensors }) => tensors.length > 0);
  const keys = called.map(({ tensors }) => JSON.stringify(tensors));
  const unique = [...new Map(called.map((input, i) => [keys[i] ?? '', input])).entries()];
  const { model, lists } = aliasTensors(
    calls.model,
    unique.map(([, { tensors }]) => tensors),
  );
  const order = {
    tensors: lists.flat(),
    groups: lists.map((list) => new Set(list)),
    method,
    members: 'by call',
    sequences: new Set(lists.filter((_, i) => unique[i]?.[1].isStepwise).flat()),
  } as const;
  const { ranges, ...seen } = await observe(model, order, options);
  const amaxes = new Map(unique.map(([key], i) => [key, ranges.get(lists[i]?.[0] ?? '')?.max]));
  const amaxOf = new Map<string, number>();
  for (const [i, { name }] of called.entries()) {
    const amax = amaxes.get(keys[i] ?? '');
    if (amax !== undefined) amaxOf.set(name, amax);
  }
  return { ...seen, amaxOf, channelsOf: new Map() };
}

/** `max`, and of some inputs (channels by name of the quantizer) that of each channel along the last axis. */
export async function observeSmoothed(
  { model, inputs }: CallsInGraph,
  channelsOf: ReadonlyMap<string, number>,
  options: ObserveOptions,
): Promise<ObservedInputs> {
  const asked = inputs.flatMap(({ name, tensors }) =>
    tensors.map((tensor) => ({ name, tensor, channels: channelsOf.get(name) ?? 1 })),
  );
  const { amax, ...seen } = await observeChannels(model, asked, options);
  const largest = new Map<string, Float32Array>();
  for (const [i, { name }] of asked.entries()) {
    const next = amax[i] ?? new Float32Array();
    largest.set(name, largest.get(name)?.map((value, channel) => Math.max(value, next[channel] ?? 0)) ?? next);
  }
  return {
    ...seen,
    deviations: [],
    amaxOf: new Map([...largest].map(([name, channels]) => [name, channels.reduce((most, x) => Math.max(most, x), 0)])),
    channelsOf: new Map([...largest].filter(([name]) => channelsOf.has(name))),
  };
}
