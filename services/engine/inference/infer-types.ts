import type { Dtype } from '#engine/formats/dtype.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { probe, withProbes } from './probe.ts';
import { openSession, type SessionOptions } from './session.ts';

/** Element types of named tensors, as the runtime infers them when it loads the graph; nothing is run. */
export async function inferTypes(
  model: OnnxModel,
  tensors: readonly string[],
  options: SessionOptions,
): Promise<ReadonlyMap<string, Dtype>> {
  if (tensors.length === 0) return new Map();
  const probes = tensors.map((tensor, index) => probe('Identity', tensor, { index }));
  const session = await openSession(withProbes(model, probes), { ...options, threads: 1 });
  await session.close();
  return new Map(
    probes.flatMap(({ tensor, node }) => {
      const dtype = session.outputTypes.get(node.outputs[0] ?? '');
      return dtype ? [[tensor, dtype] as const] : [];
    }),
  );
}
