import { makeInt } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import type { Dataset } from './dataset.ts';
import { type Probe, probe, withProbes } from './probe.ts';
import { openSession, type SessionOptions } from './session.ts';
import { floats, integers, type TensorValue } from './tensor-value.ts';

/** What the first batch tells of a tensor. */
export type FirstSight = {
  readonly elements: number;
  /** The largest magnitude; null where it was not asked for, and where it is not finite. */
  readonly reach: number | null;
};

/**
 * Sizes of tensors in the first batch and, if asked for, their largest magnitudes, computed node by node as the graph is
 * written. Only scalars leave the runtime. For a single run neither optimizing nor threads would pay.
 */
export async function lookAtFirst(
  model: OnnxModel,
  { tensors, reaches }: { readonly tensors: readonly string[]; readonly reaches: 'wanted' | 'unwanted' },
  { dataset, ...options }: SessionOptions & { readonly dataset: Dataset },
): Promise<ReadonlyMap<string, FirstSight>> {
  const [first] = dataset.cut();
  if (!first) return new Map();
  const { feeds } = await dataset.read(first);
  const probes = tensors.map((tensor, index) => ({
    size: probe('Size', tensor, { index }),
    ends: reaches === 'wanted' ? extremes.map((op) => probe(op, tensor, { index, attributes: toScalar })) : [],
  }));
  const all = probes.flatMap(({ size, ends }) => [size, ...ends]);
  const session = await openSession(withProbes(model, all), { ...options, ...forOneRun });
  try {
    const values = await session.run(feeds, session.outputNames);
    const told = ({ node }: Probe) => values.get(node.outputs[0] ?? '');
    return new Map(
      probes.map(({ size, ends }) => [size.tensor, { elements: countIn(told(size)), reach: reachOf(ends.map(told)) }]),
    );
  } finally {
    await session.close();
  }
}

/** What a node needed is used again by the next: to ask the system each time costs more than the run. */
const forOneRun = { kernels: 'as written', memory: 'kept', threads: 1 } as const;

const extremes = ['ReduceMin', 'ReduceMax'] as const;
const toScalar = [makeInt('keepdims', 0)];

function countIn(value: TensorValue | undefined): number {
  return (value && integers(value)[0]) ?? 0;
}

/** Of float32; graphs in float16 are always computed as they are written. */
function reachOf(ends: readonly (TensorValue | undefined)[]): number | null {
  const magnitudes = ends.map((end) =>
    end?.dtype === 'float32' ? Math.abs(floats(end)[0] ?? Number.NaN) : Number.NaN,
  );
  const reach = Math.max(...magnitudes);
  return Number.isFinite(reach) ? reach : null;
}
