import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { cutCustom } from '#engine/graph/computable/cut-custom.ts';
import { loadOnce } from '#engine/inference/load-once.ts';
import type { Network } from './network.ts';
import { outputName } from './output-name.ts';

/** Loads the result as far as it can be computed. bfloat16 is not tried: the processor has no kernels for it. */
export async function loadResult(
  result: OnnxModel,
  { high_precision_dtype }: OnnxSettings,
  { lacking }: Pick<Network, 'lacking'>,
): Promise<void> {
  if (high_precision_dtype !== 'bf16') await loadOnce(cutCustom(result, lacking).model, outputName);
}
