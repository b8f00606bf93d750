import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { cutCustom } from '#engine/graph/computable/cut-custom.ts';
import { openSession } from '#engine/inference/session.ts';
import type { Network } from './network.ts';
import { outputName } from './output-name.ts';

/**
 * Loads the result in ONNX Runtime, as far as it can be computed, so that no run ends well with a model that nobody can load. bfloat16 is not tried:
 * the processor has no kernels for it. Errors: a refusal is a defect of ours, whatever the model.
 */
export async function loadResult(
  result: OnnxModel,
  { high_precision_dtype }: OnnxSettings,
  { lacking }: Pick<Network, 'lacking'>,
): Promise<void> {
  if (high_precision_dtype === 'bf16') return;
  const { model } = cutCustom(result, lacking);
  const session = await openSession(model, { device: 'cpu', name: outputName, threads: 1 }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the quantized graph cannot be loaded: ${why}`, { cause });
  });
  await session.close();
}
