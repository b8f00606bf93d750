import { InputError } from '#contract/failure.ts';
import { nearestNames } from '#contract/nearest-names.ts';
import { int64 } from '#engine/formats/onnx/encode.ts';
import type { OnnxModel, OnnxPort } from '#engine/formats/onnx/model.ts';

/** Shapes by the name of a graph input. */
export type InputShapes = ReadonlyMap<string, readonly number[]>;

/**
 * The model with the open dimensions of its inputs fixed. A dimension with a name gets its size wherever that name
 * stands: in outputs, and in what is declared of tensors inside.
 * Errors: RECIPE_INVALID for a name that is no input, and a shape that does not fit what the graph says.
 */
export function overrideShapes(model: OnnxModel, shapes: InputShapes, name: string): OnnxModel {
  if (shapes.size === 0) return model;
  const { graph } = model;
  for (const input of shapes.keys())
    if (!graph.inputs.some((port) => port.name === input)) throw noInput(input, graph.inputs, name);
  const sizes = namedSizes(graph.inputs, shapes, name);
  const named = (dimension: Dimension) =>
    typeof dimension === 'string' ? (sizes.get(dimension) ?? dimension) : dimension;
  const fix = (port: OnnxPort) => withShape(port, shapes.get(port.name) ?? port.shape?.map(named) ?? null);
  return {
    ...model,
    graph: {
      ...graph,
      inputs: graph.inputs.map(fix),
      outputs: graph.outputs.map(fix),
      valueInfo: graph.valueInfo.map(fix),
    },
  };
}

type Dimension = number | string | null;

/** What the names of dimensions stand for, by the shapes of the inputs that have them. */
function namedSizes(inputs: readonly OnnxPort[], shapes: InputShapes, name: string): ReadonlyMap<string, number> {
  const sizes = new Map<string, { readonly size: number; readonly input: string }>();
  for (const port of inputs) {
    const shape = shapes.get(port.name);
    if (!shape) continue;
    const fits = port.shape === null || port.shape.length === shape.length;
    if (!fits || shape.some((size, axis) => typeof port.shape?.[axis] === 'number' && port.shape[axis] !== size))
      throw otherShape(port, shape, name);
    shape.forEach((size, axis) => {
      const dimension = port.shape?.[axis];
      if (typeof dimension !== 'string') return;
      const known = sizes.get(dimension);
      if (known && known.size !== size) {
        throw new InputError(
          'RECIPE_INVALID',
          `override_shapes makes the dimension ${dimension} of ${name} ${known.size} in ${known.input} and ${size} in ${port.name}`,
          { remedy: 'Dimensions of one name have one size.' },
        );
      }
      sizes.set(dimension, { size, input: port.name });
    });
  }
  return new Map([...sizes].map(([dimension, { size }]) => [dimension, size]));
}

function withShape(port: OnnxPort, shape: readonly Dimension[] | null): OnnxPort {
  const type = port.proto.type?.tensorType;
  if (shape === null || !type || shape.every((dimension, axis) => dimension === port.shape?.[axis])) return port;
  const dim = shape.map((size, axis) =>
    typeof size === 'number' ? { dimValue: int64(size) } : (type.shape?.dim?.[axis] ?? {}),
  );
  return {
    ...port,
    shape,
    proto: { ...port.proto, type: { ...port.proto.type, tensorType: { ...type, shape: { dim } } } },
  };
}

function noInput(wanted: string, inputs: readonly OnnxPort[], name: string): InputError {
  const names = inputs.map((port) => port.name);
  return new InputError('RECIPE_INVALID', `override_shapes gives a shape for ${wanted}, which is no input of ${name}`, {
    remedy: `Its inputs are ${nearestNames(wanted, names).join(', ')}.`,
  });
}

function otherShape(port: OnnxPort, shape: readonly number[], name: string): InputError {
  return new InputError(
    'RECIPE_INVALID',
    `override_shapes gives ${port.name} the shape ${shape.join('×')}, and ${name} takes ${port.shape?.map((size) => size ?? '?').join('×')}`,
    { remedy: 'Only dimensions that the graph leaves open can be given a size.' },
  );
}
