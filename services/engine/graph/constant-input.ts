import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import type { GraphView } from './view.ts';

/**
 * Whether ModelOpt takes a tensor for a constant: an initializer, what a Constant or Identity node makes, the same
 * through Squeeze or Unsqueeze, or the exponential of a clipped constant (the logit scale of Swin v2). ModelOpt
 * would look for such an exponential in an exponential too; a chain of them takes exponential time, and no network has one.
 */
export function isConstantInput(view: GraphView, tensor: string): boolean {
  if (isStored(view, tensor)) return true;
  const exponential = view.producer(tensor);
  const clip = exponential?.op === 'Exp' ? view.producer(exponential.inputs[0] ?? '') : undefined;
  return clip?.op === 'Clip' && clip.inputs.some((input) => isStored(view, input));
}

function isStored(view: GraphView, tensor: string): boolean {
  let current = tensor;
  for (;;) {
    if (view.initializers.has(current)) return true;
    const producer = view.producer(current);
    if (producer?.op === 'Constant' || producer?.op === 'Identity') return true;
    if (producer?.op !== 'Squeeze' && producer?.op !== 'Unsqueeze') return false;
    current = producer.inputs[0] ?? '';
  }
}

export function hasConstantInput(view: GraphView, node: OnnxNode): boolean {
  return node.inputs.some((tensor) => isConstantInput(view, tensor));
}

/** Inputs that change from sample to sample, or could: no initializer and not straight from a Constant node. */
export function variableInputs(view: GraphView, node: OnnxNode): readonly string[] {
  return node.inputs.filter((tensor) => !view.initializers.has(tensor) && view.producer(tensor)?.op !== 'Constant');
}
