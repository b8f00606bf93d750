import { InputError } from '#contract/failure.ts';
import { nearestNames } from '#contract/nearest-names.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';

/**
 * `x:1x3x224x224,ids:1x128` as shapes by the name of an input. `option` is what messages call the text.
 * Errors: RECIPE_INVALID for a name that is no input, for another number of dimensions or another size than the
 * input fixes, and for a shape without elements or with more than 2^28.
 */
export function namedShapes(
  option: string,
  text: string | null,
  inputs: readonly OnnxPort[],
): ReadonlyMap<string, readonly number[]> {
  const entries = (text === null ? [] : text.split(',')).map((entry) => {
    const colon = entry.lastIndexOf(':');
    return [
      entry.slice(0, colon).trim(),
      entry
        .slice(colon + 1)
        .split('x')
        .map(Number),
    ] as const;
  });
  for (const [name, shape] of entries) {
    const port = inputs.find((input) => input.name === name);
    if (!port) throw noInput(option, name, inputs);
    const elements = elementCount(shape);
    if (elements < 1 || elements > mostElements)
      throw new InputError(
        'RECIPE_INVALID',
        `${option} gives ${name} the shape ${shape.join('×')} of ${elements} elements; it may have 1 to ${mostElements}`,
      );
    if (port.shape !== null && port.shape.length !== shape.length)
      throw new InputError(
        'RECIPE_INVALID',
        `${option} gives ${name} the ${shape.length} dimensions ${shape.join('×')}, and the graph takes it with ${port.shape.length}`,
      );
    if (port.shape?.some((size, axis) => typeof size === 'number' && size > 0 && size !== shape[axis]))
      throw new InputError(
        'RECIPE_INVALID',
        `${option} gives ${name} the shape ${shape.join('×')}, and the graph takes it as ${port.shape.map((size) => size ?? '?').join('×')}`,
        { remedy: 'Only dimensions that the graph leaves open can be given a size.' },
      );
  }
  return new Map(entries);
}

/** A gibibyte of float32: a run fills such an input with numbers. */
const mostElements = 2 ** 28;

function noInput(option: string, name: string, inputs: readonly OnnxPort[]): InputError {
  const names = inputs.map((input) => input.name);
  return new InputError('RECIPE_INVALID', `${option} gives a shape for ${name}, which is no input of the graph`, {
    remedy: `It takes ${nearestNames(name, names).join(', ')}.`,
  });
}
