import { intsAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import type { GraphView } from '#engine/graph/view.ts';
import type { KernelChoice } from './session.ts';

/**
 * Tensors that tell of every NaN in any of `tensors`: a NaN goes on through most operators, so only those need a look
 * where it may get lost. To look costs as much as to find a maximum.
 */
export function nanSinks(
  view: GraphView,
  {
    tensors,
    kernels = 'as written',
  }: { readonly tensors: readonly string[]; readonly kernels?: KernelChoice | undefined },
): ReadonlySet<string> {
  const sinks = new Set<string>();
  const seen = new Set<string>();
  const queue = [...tensors];
  for (let tensor = queue.pop(); tensor !== undefined; tensor = queue.pop()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    const carrier = view.consumers(tensor).find((node) => carries(node, kernels));
    const next = carrier?.outputs[0];
    if (next) queue.push(next);
    else sinks.add(tensor);
  }
  return sinks;
}

/** Operators whose kernels for the CPU give a NaN for a NaN, in whichever of their first input's values it is. */
export const nanCarriers: ReadonlySet<string> = new Set(
  `Abs Add BatchNormalization Clip Concat Conv Div Erf Exp Flatten Gelu Gemm GlobalAveragePool HardSwish Identity
  InstanceNormalization LayerNormalization LeakyRelu MatMul Mul Neg ReduceMean ReduceSum Relu Reshape Sigmoid Softmax
  Sqrt Squeeze Sub Tanh Transpose Unsqueeze`.split(/\s+/),
);

/** A fused activation may turn a NaN into its bound. */
const fused: ReadonlySet<string> = new Set(['Conv', 'Gemm']);

function carries(node: OnnxNode, kernels: KernelChoice): boolean {
  if (node.domain !== '' || (kernels === 'fastest' && fused.has(node.op))) return false;
  // A window that moves in steps, or has holes, may pass over a value.
  const steps = ['strides', 'dilations'].flatMap((name) => intsAttribute(node, name) ?? []);
  const passesOver = node.op === 'Conv' && steps.some((step) => step !== 1);
  return nanCarriers.has(node.op) && !passesOver;
}
