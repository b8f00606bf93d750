import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import type { GraphView } from './view.ts';

/**
 * Whether ModelOpt takes a tensor for a constant: an initializer, what a Constant or Identity node makes, the same
 * through Squeeze or Unsqueeze, or the exponential of a clipped constant (the logit scale of Swin v2).
 */
export function isConstantInput(view: GraphView, tensor: string): boolean {
  if (view.initializers.has(tensor)) return true;
  const producer = view.producer(tensor);
  if (!producer) return false;
  if (producer.op === 'Constant' || producer.op === 'Identity') return true;
  const first = producer.inputs[0] ?? '';
  if (producer.op === 'Squeeze' || producer.op === 'Unsqueeze') return isConstantInput(view, first);
  const clip = producer.op === 'Exp' ? view.producer(first) : undefined;
  return clip?.op === 'Clip' && hasConstantInput(view, clip);
}

export function hasConstantInput(view: GraphView, node: OnnxNode): boolean {
  return node.inputs.some((tensor) => isConstantInput(view, tensor));
}

/** Inputs that change from sample to sample, or could: no initializer and not straight from a Constant node. */
export function variableInputs(view: GraphView, node: OnnxNode): readonly string[] {
  return node.inputs.filter((tensor) => !view.initializers.has(tensor) && view.producer(tensor)?.op !== 'Constant');
}
