import { makeInt, makeInts } from '#engine/formats/onnx/attribute.ts';
import { type OnnxModel, type OnnxNode, type OnnxTensor, standardOpset } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { viewGraph } from '#engine/graph/view.ts';
import { widenFloat16 } from '#engine/kernels/kernels.ts';
import type { Batch } from './dataset.ts';
import { nanSinks } from './nan-sinks.ts';
import type { Observation, ObserveOptions } from './observation.ts';
import { type Probe, probe, withProbes } from './probe.ts';
import { reduceBatches } from './reduce-batches.ts';
import { openSession } from './session.ts';
import { storedFloats, type TensorValue } from './tensor-value.ts';

/** A tensor, and how many channels it has along its last axis; 1: it is looked at as a whole. */
export type ChannelTensor = { readonly tensor: string; readonly channels: number };

export type ChannelObservation = Pick<Observation, 'samples' | 'warnings' | 'data'> & {
  /** max |x| of each channel over all samples, in the order that was asked. */
  readonly amax: readonly Float32Array[];
};

/**
 * max |x| of each channel of named floating-point tensors over all samples, reduced inside the graph: as many numbers
 * as there are channels leave the runtime after each batch.
 * Errors: CALIBRATION_MISMATCH, naming the sample and the tensor, if a value is NaN or infinite.
 */
export async function observeChannels(
  model: OnnxModel,
  asked: readonly ChannelTensor[],
  options: ObserveOptions,
): Promise<ChannelObservation> {
  const tensors = [...new Set(asked.map(({ tensor }) => tensor))];
  const sinks = [...nanSinks(viewGraph(model.graph), { tensors, kernels: options.kernels })];
  const laidOut = withMagnitudes(model, asked);
  const probes = [
    ...laidOut.probes,
    ...sinks.map((tensor, index) => probe('ReduceL1', tensor, { index, attributes: whole })),
  ];
  const session = await openSession(withProbes(laidOut.model, probes), { ...options, memory: 'kept' });
  const amax = asked.map(({ channels }) => new Float32Array(channels));
  const outputs = probes.map(({ node }) => node.outputs[0] ?? '');
  const reduction = {
    model,
    tensors,
    begin: () => {
      for (const largest of amax) largest.fill(0);
    },
    look: async ({ feeds }: Batch) => {
      const values = await session.run(feeds, outputs);
      const seen = outputs.map((output) => numbers(values.get(output)));
      for (const [i, largest] of amax.entries()) raise(largest, seen[i] ?? new Float32Array());
      return seen.every((part, i) => part.every(i < asked.length ? isBelowInfinity : isNumber));
    },
  };
  try {
    const data = await reduceBatches(reduction, options);
    const warnings = [...(options.dataset.warnings ?? []), ...session.warnings];
    return { amax, samples: options.dataset.samples, warnings, data };
  } finally {
    await session.close();
  }
}

const whole = [makeInt('keepdims', 0)];

/** The greatest of no elements is minus infinity, and raises nothing. */
const isBelowInfinity = (x: number): boolean => x < Number.POSITIVE_INFINITY;
const isNumber = (x: number): boolean => !Number.isNaN(x);

function raise(largest: Float32Array, seen: Float32Array): void {
  for (const [channel, value] of seen.entries()) largest[channel] = Math.max(largest[channel] ?? 0, value);
}

function numbers(value: TensorValue | undefined): Float32Array {
  if (!value) return new Float32Array();
  const stored = storedFloats(value);
  return stored instanceof Uint16Array ? widenFloat16(stored) : stored;
}

/** |x| as a matrix [rows, channels] of each, and probes for the greatest of each column. */
function withMagnitudes(
  model: OnnxModel,
  asked: readonly ChannelTensor[],
): { readonly model: OnnxModel; readonly probes: readonly Probe[] } {
  const first = integers('zeropoint/channels/first', [0]);
  const isInput = standardOpset(model) >= axesAsInput;
  const made = asked.map(({ tensor, channels }, index) => {
    const base = `zeropoint/channels/${index}`;
    const shape = integers(`${base}/shape`, [-1, channels]);
    const nodes = [
      node('Abs', [tensor], `${base}/magnitudes`),
      node('Reshape', [`${base}/magnitudes`, shape.name], `${base}/matrix`),
    ];
    const attributes = isInput ? whole : [...whole, makeInts('axes', [0])];
    const largest = probe('ReduceMax', `${base}/matrix`, { index, attributes });
    const inputs = [...largest.node.inputs, ...(isInput ? [first.name] : [])];
    return { nodes, shape, probe: { ...largest, node: { ...largest.node, inputs } } };
  });
  const { graph } = model;
  const nodes = [...graph.nodes, ...made.flatMap((one) => one.nodes)];
  const constants = [...made.map(({ shape }) => shape), ...(isInput ? [first] : [])];
  const laidOut = { ...graph, nodes, initializers: [...graph.initializers, ...constants] };
  return { model: { ...model, graph: laidOut }, probes: made.map((one) => one.probe) };
}

/** The opset from which on ReduceMax has its axes as an input. */
const axesAsInput = 18;

function node(op: string, inputs: readonly string[], output: string): OnnxNode {
  return { name: output, op, domain: '', inputs, outputs: [output], attributes: [], rest: {} };
}

function integers(name: string, values: readonly number[]): OnnxTensor {
  const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return makeTensor({ name, dtype: 'int64', shape: [values.length] }, bytes);
}
