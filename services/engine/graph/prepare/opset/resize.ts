import { findAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxAttribute, OnnxNode } from '#engine/formats/onnx/model.ts';
import { tensorFloats } from '#engine/formats/onnx/tensor.ts';
import { type ConversionContext, type Converted, same } from './change.ts';

/** Opset 10 has Resize for what Upsample did. */
export function upsampleToResize(node: OnnxNode): Converted {
  return same({ ...node, op: 'Resize' });
}

/**
 * Opset 11 gave Resize a region of interest, and the choice of coordinates and rounding; before, coordinates were
 * scaled from the corner, and ONNX Runtime rounds them down when it enlarges and up when it shrinks. (onnx's own
 * converter leaves the new defaults, which compute something else.)
 */
export function resizeWithChoices(node: OnnxNode, context: ConversionContext): Converted {
  const [data = '', scales = ''] = node.inputs;
  const linear = text(node, 'mode') === 'linear';
  const constant = context.constant(scales);
  const factors = constant ? [...tensorFloats(constant)] : [];
  const shrinks = factors.some((factor) => factor < 1);
  if (!linear && shrinks && factors.some((factor) => factor > 1))
    return `it enlarges some dimensions and shrinks others (${factors.join(', ')}) by the nearest value`;
  return same({
    ...node,
    inputs: [data, '', scales],
    attributes: [
      ...node.attributes,
      string('coordinate_transformation_mode', 'asymmetric'),
      ...(linear ? [] : [string('nearest_mode', shrinks ? 'ceil' : 'floor')]),
    ],
  });
}

/** Opset 13 dropped one way of choosing coordinates. */
export function resizeOfNamedCoordinates(node: OnnxNode): Converted {
  return text(node, 'coordinate_transformation_mode') === 'tf_half_pixel_for_nn'
    ? 'its coordinates are tf_half_pixel_for_nn, which newer opsets do not have'
    : same(node);
}

/** Opset 20 calls the modes of GridSample as Resize does. */
export function gridSampleModes(node: OnnxNode): Converted {
  const renamed = { bilinear: 'linear', bicubic: 'cubic' } as const;
  const mode = text(node, 'mode') ?? 'bilinear';
  const attributes = node.attributes.filter(({ name }) => name !== 'mode');
  const now = mode in renamed ? renamed[mode as keyof typeof renamed] : mode;
  return same({ ...node, attributes: [...attributes, string('mode', now)] });
}

/** Before opset 16 the region's corners were taken as they are. */
export function roiAlignCoordinates(node: OnnxNode): Converted {
  const said = findAttribute(node, 'coordinate_transformation_mode');
  return same(
    said
      ? node
      : { ...node, attributes: [...node.attributes, string('coordinate_transformation_mode', 'output_half_pixel')] },
  );
}

function string(name: string, value: string): OnnxAttribute {
  return { name, type: 3, s: Buffer.from(value) };
}

function text(node: OnnxNode, name: string): string | null {
  const attribute = findAttribute(node, name);
  return attribute?.s ? Buffer.from(attribute.s).toString() : null;
}
