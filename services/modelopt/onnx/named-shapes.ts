import { InputError } from '#contract/failure.ts';
import { nearestNames } from '#contract/nearest-names.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';

/**
 * `x:1x3x224x224,ids:1x128` as shapes by the name of an input. `option` is what messages call the text.
 * Errors: RECIPE_INVALID for a name that is no input, and for another number of dimensions than the input has.
 */
export function namedShapes(
  option: string,
  text: string | null,
  inputs: readonly OnnxPort[],
): ReadonlyMap<string, readonly number[]> {
  const entries = (text === null ? [] : text.split(',')).map((entry) => {
    const colon = entry.lastIndexOf(':');
    return [
      entry.slice(0, colon),
      entry
        .slice(colon + 1)
        .split('x')
        .map(Number),
    ] as const;
  });
  for (const [name, shape] of entries) {
    const port = inputs.find((input) => input.name === name);
    if (!port) throw noInput(option, name, inputs);
    if (port.shape !== null && port.shape.length !== shape.length)
      throw new InputError(
        'RECIPE_INVALID',
        `${option} gives ${name} the ${shape.length} dimensions ${shape.join('×')}, and the graph takes it with ${port.shape.length}`,
      );
  }
  return new Map(entries);
}

function noInput(option: string, name: string, inputs: readonly OnnxPort[]): InputError {
  const names = inputs.map((input) => input.name);
  return new InputError('RECIPE_INVALID', `${option} gives a shape for ${name}, which is no input of the graph`, {
    remedy: `It takes ${nearestNames(name, names).join(', ')}.`,
  });
}
