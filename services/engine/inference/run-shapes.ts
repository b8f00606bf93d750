import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { probe, withProbes } from './probe.ts';
import { openSession, type SessionOptions } from './session.ts';
import { integers, type TensorValue } from './tensor-value.ts';

type Feeds = ReadonlyMap<string, TensorValue>;
type Shapes = ReadonlyMap<string, readonly number[]>;

/** The shapes that named tensors have when the graph is run on each of `feeds`, in their order. Only shapes leave the runtime. */
export async function runShapes(
  model: OnnxModel,
  { tensors, feeds }: { readonly tensors: readonly string[]; readonly feeds: readonly Feeds[] },
  options: SessionOptions,
): Promise<readonly Shapes[]> {
  if (tensors.length === 0) return feeds.map(() => new Map());
  const probes = tensors.map((tensor, index) => probe('Shape', tensor, { index }));
  // What a node needed is used again by the next: to ask the system each time costs more than the run.
  const session = await openSession(withProbes(model, probes), { ...options, memory: 'kept' });
  try {
    const seen: Shapes[] = [];
    for (const one of feeds) {
      const values = await session.run(one, session.outputNames);
      seen.push(new Map(probes.map(({ tensor, node }) => [tensor, shapeFrom(values, node.outputs[0])])));
    }
    return seen;
  } finally {
    await session.close();
  }
}

function shapeFrom(values: ReadonlyMap<string, TensorValue>, output: string | undefined): readonly number[] {
  const value = values.get(output ?? '');
  return value ? integers(value) : [];
}
