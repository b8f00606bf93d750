import { elementCount } from '../../formats/element-count.ts';
import type { OnnxModel, OnnxTensor } from '../../formats/onnx/model.ts';
import { isFloat } from '../../graph/precision/convert-tensor.ts';
import { storedWeight } from './stored-weight.ts';

/** Fewer elements are a factor, an epsilon or the scales of a Resize. */
const leastTold = 8;

/**
 * Floating-point constants that nodes read and that say something: of `leastTold` elements and more, which are not all the
 * same (the zeros that a recurrent layer starts from). Without those that are `known` by name.
 */
export function openConstants({ graph }: OnnxModel, known: ReadonlySet<string>): readonly OnnxTensor[] {
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  return graph.initializers.filter(
    (tensor) =>
      read.has(tensor.name) &&
      !known.has(tensor.name) &&
      isFloat(tensor.dtype) &&
      elementCount(tensor.shape) >= leastTold &&
      varies(tensor),
  );
}

function varies(tensor: OnnxTensor): boolean {
  const { values } = storedWeight(tensor);
  return values.some((value) => !Object.is(value, values[0]));
}
