import type { Qdq } from '../qdq.ts';
import { type Complaint, label, type Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export const scaleRules = {
  Q03: {
    level: 'error',
    title: 'Every scale is a constant, positive and finite',
    check: (subject) => subject.qdq.flatMap((one) => value(one, subject)),
  },
  Q04: {
    level: 'error',
    title: 'Every scale fits its tensor, and the axis is written down',
    check: (subject) => subject.qdq.flatMap((one) => shape(one, subject)),
  },
  Q05: {
    level: 'error',
    title: 'Activations have one scale for the tensor',
    check: ({ qdq, constants }) =>
      qdq
        .filter(({ isQuantize, scaleSize, data }) => isQuantize && (scaleSize ?? 1) > 1 && !constants.isConstant(data))
        .map(({ node, scaleSize, data }) => ({
          node,
          tensor: data,
          message: `${label(node)} quantizes the activation ${data} with ${scaleSize} scales.`,
          remedy: 'Quantize activations per tensor; only weights may have a scale for each channel.',
        })),
  },
} as const satisfies Record<string, Rule>;

/** The least normal float16. */
const leastFloat16 = 2 ** -14;

function value({ node, scale, scales, scaleType }: Qdq, { constants }: Subject): readonly Complaint[] {
  const tensor = node.inputs[1] ?? '';
  if (!scale) {
    if (constants.isConstant(tensor)) return [];
    return [
      {
        node,
        tensor,
        message: `The scale ${tensor} of ${label(node)} is computed from what the graph is given.`,
        remedy: 'Calibrate, and store scales as initializers.',
      },
    ];
  }
  const at = scales?.findIndex((one) => !(one > 0 && one < Number.POSITIVE_INFINITY)) ?? -1;
  if (at >= 0) {
    return [
      {
        node,
        tensor,
        message: `The scale ${tensor} of ${label(node)} ${(scales?.length ?? 0) > 1 ? `has ${scales?.[at]} at ${at}` : `is ${scales?.[at]}`}.`,
        remedy:
          'Scales are positive and finite: look for infinities in the calibration data, and for channels of zeros.',
      },
    ];
  }
  const small = scaleType === 'float16' ? scales?.filter((one) => one < leastFloat16).length : 0;
  if (!small) return [];
  return [
    {
      node,
      tensor,
      level: 'warning',
      message: `${small} of ${scales?.length} values of the float16 scale ${tensor} of ${label(node)} are below 2^-14, where float16 loses precision.`,
      remedy: 'Keep this model in float32 (high_precision_dtype: fp32) or bfloat16, or leave these layers out.',
    },
  ];
}

function shape(one: Qdq, { constants }: Subject): readonly Complaint[] {
  const { node, scale, scaleSize, axis, data } = one;
  if (!scale || scaleSize === null || scaleSize === 1) return [];
  const rank = scale.shape.length;
  const stored = constants.find(data);
  if (rank > 1) return stored ? blocks(one, stored.shape, scale.shape) : [];
  if (axis === null) {
    return [
      {
        node,
        tensor: node.inputs[1] ?? '',
        message: `${label(node)} has ${scaleSize} scales and no attribute axis: it means 1 in ONNX, and meant 0 in TensorRT.`,
        remedy: 'Write down the axis: 0 for Conv, 1 for ConvTranspose, the output columns for Gemm and MatMul.',
      },
    ];
  }
  const channels = stored?.shape.at(axis);
  if (!stored || channels === scaleSize) return [];
  return [
    {
      node,
      tensor: node.inputs[1] ?? '',
      message: `${label(node)} has ${scaleSize} scales along axis ${axis} of ${data}, whose shape is [${stored.shape.join(', ')}].`,
      remedy: 'Give as many scales as the axis has channels.',
    },
  ];
}

function blocks({ node }: Qdq, data: readonly number[], scale: readonly number[]): readonly Complaint[] {
  const blocked = data.filter((size, axis) => size !== scale[axis]);
  const divides = data.every((size, axis) => size % (scale[axis] ?? 0) === 0);
  if (data.length === scale.length && blocked.length === 1 && divides) return [];
  return [
    {
      node,
      tensor: node.inputs[1] ?? '',
      message: `${label(node)} has scales of shape [${scale.join(', ')}] for data of shape [${data.join(', ')}].`,
      remedy: 'Blocks lie along one axis and divide it; the other axes of the scale are those of the data.',
    },
  ];
}
