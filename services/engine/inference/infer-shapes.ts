import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { probe, withProbes } from './probe.ts';
import { openSession, type SessionOptions } from './session.ts';

/**
 * Shapes of named tensors, as the runtime infers them when it loads the graph; nothing is run. It says of a scalar what
 * it says of a tensor it knows nothing of: both are left out.
 */
export async function inferShapes(
  model: OnnxModel,
  tensors: readonly string[],
  options: SessionOptions,
): Promise<ReadonlyMap<string, readonly (number | string)[]>> {
  if (tensors.length === 0) return new Map();
  const probes = tensors.map((tensor, index) => probe('Identity', tensor, { index }));
  const session = await openSession(withProbes(model, probes), { ...options, threads: 1 });
  await session.close();
  return new Map(
    probes.flatMap(({ tensor, node }) => {
      const shape = session.outputShapes.get(node.outputs[0] ?? '');
      return shape && shape.length > 0 ? [[tensor, shape] as const] : [];
    }),
  );
}
