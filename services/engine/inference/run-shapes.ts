import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { probe, withProbes } from './probe.ts';
import { openSession, type SessionOptions } from './session.ts';
import { integers, type TensorValue } from './tensor-value.ts';

/** The shapes that named tensors have when the graph is run on `feeds`. Only shapes leave the runtime. */
export async function runShapes(
  model: OnnxModel,
  run: { tensors: readonly string[]; feeds: ReadonlyMap<string, TensorValue> },
  options: SessionOptions,
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (run.tensors.length === 0) return new Map();
  const probes = run.tensors.map((tensor, index) => probe('Shape', tensor, { index }));
  const session = await openSession(withProbes(model, probes), options);
  try {
    const values = await session.run(run.feeds, session.outputNames);
    return new Map(probes.map(({ tensor, node }) => [tensor, shapeFrom(values, node.outputs[0])]));
  } finally {
    await session.close();
  }
}

function shapeFrom(values: ReadonlyMap<string, TensorValue>, output: string | undefined): readonly number[] {
  const value = values.get(output ?? '');
  return value ? integers(value) : [];
}
