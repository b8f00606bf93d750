import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { float8Ops, int8Ops } from '#engine/graph/quantizable-ops.ts';

/** The operators that get Q/DQ: a list of the recipe wins, DLA wants all, else what the mode has kernels for. */
export function operatorsOf(model: OnnxModel, settings: OnnxSettings): ReadonlySet<string> {
  if (settings.op_types_to_quantize !== null) return new Set(settings.op_types_to_quantize);
  if (settings.mode === 'fp8') return float8Ops;
  return forDla(settings) ? new Set(model.graph.nodes.map((node) => node.op)) : int8Ops;
}

/** DLA wants Q/DQ on every tensor, without any of the rules for GPUs. */
export function forDla({ mode, target_dla }: OnnxSettings): boolean {
  return target_dla && mode === 'int8';
}
