import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { openSession } from './session.ts';

/**
 * Loads a result in ONNX Runtime, so that no run ends well with a model that nobody can load.
 * Errors: a refusal is a defect of ours, whatever the model.
 */
export async function loadOnce(result: OnnxModel, name: string): Promise<void> {
  const session = await openSession(result, { device: 'cpu', name, threads: 1 }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the quantized graph cannot be loaded: ${why}`, { cause });
  });
  await session.close();
}
