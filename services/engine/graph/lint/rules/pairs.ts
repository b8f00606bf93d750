import type { OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { tensorsRead } from '#engine/formats/onnx/sort-nodes.ts';
import { tensorBytes } from '#engine/formats/onnx/tensor.ts';
import { floatTypes } from '../element-type.ts';
import { comesFrom, isDequantize, isQuantize, moves, type Qdq, readersOf } from '../qdq.ts';
import { type Complaint, label, type Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export const pairRules = {
  Q01: {
    level: 'error',
    title: 'Every zero point is there and 0: TensorRT quantizes symmetrically',
    check: ({ qdq }) => qdq.flatMap(zeroPoint),
  },
  Q10: {
    level: 'error',
    title: 'Q and DQ stand in pairs and agree',
    check: (subject) => subject.qdq.flatMap((one) => (one.isQuantize ? readers(one, subject) : source(one, subject))),
  },
  Q12: {
    level: 'error',
    title: 'output_dtype is the type of the zero point',
    check: ({ qdq, typeOf }) =>
      qdq.flatMap(({ node, hasZeroPoint, outputDtype }) => {
        const type = typeOf(node.inputs[2] ?? '');
        if (!hasZeroPoint || outputDtype === null || type === null || outputDtype === type) return [];
        return [
          {
            node,
            message: `${label(node)} has the output_dtype ${outputDtype} and a zero point of ${type}.`,
            remedy: 'Remove the attribute output_dtype: the zero point says the type.',
          },
        ];
      }),
  },
  Q22: {
    level: 'warning',
    title: 'Nothing is left over',
    check: (subject) => [...subject.qdq.flatMap((one) => unused(one, subject)), ...deadTensors(subject)],
  },
} as const satisfies Record<string, Rule>;

function zeroPoint({ node, isQuantize, zeroPoint, hasZeroPoint, scaleSize, outputDtype }: Qdq): readonly Complaint[] {
  const tensor = node.inputs[2] ?? '';
  if (!hasZeroPoint) {
    // A DequantizeLinear has the type of what it reads.
    if (!isQuantize || outputDtype !== null) return [];
    return [
      {
        node,
        message: `${label(node)} has no zero point and no output_dtype: ONNX then means UINT8, and TensorRT INT8.`,
        remedy: 'Give it a zero point of INT8 (or the type that is meant) zeros, in the shape of its scale.',
      },
    ];
  }
  if (!zeroPoint) {
    return [
      {
        node,
        tensor,
        message: `The zero point ${tensor} of ${label(node)} is computed.`,
        remedy: 'Store zero points as initializers: TensorRT must know that they are 0.',
      },
    ];
  }
  const size = elements(zeroPoint);
  if (!isZero(zeroPoint)) {
    return [
      {
        node,
        tensor,
        message: `The zero point ${tensor} of ${label(node)} is not 0.`,
        remedy: 'Quantize symmetrically: scale = amax/127 for INT8, zero point 0.',
      },
    ];
  }
  if (scaleSize === null || size === scaleSize) return [];
  return [
    {
      node,
      tensor,
      message: `${label(node)} has ${scaleSize} scales and ${size} zero points.`,
      remedy: 'Give the zero point the shape of the scale.',
    },
  ];
}

function elements({ shape }: OnnxTensor): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

/** Zero is all bits 0 in every type that may stand here; FP8 has a negative zero besides. */
function isZero(tensor: OnnxTensor): boolean {
  if (tensor.dtype === null) return true;
  const mask = tensor.dtype.startsWith('float8') ? 0x7f : 0xff;
  return tensorBytes(tensor).every((byte) => (byte & mask) === 0);
}

/** Of a QuantizeLinear: all that reads it has to dequantize. */
function readers({ node, output }: Qdq, { view }: Subject): readonly Complaint[] {
  return readersOf(view, output, moves)
    .filter((reader) => !isDequantize(reader))
    .map((reader) => ({
      node: reader,
      tensor: output,
      message: `${label(reader)} reads what ${label(node)} has quantized, with no DequantizeLinear between.`,
      remedy: 'Give every QuantizeLinear a DequantizeLinear, with nothing between that computes.',
    }));
}

/** Of a DequantizeLinear: a QuantizeLinear that agrees with it, stored integers or FP8, or a graph input. */
function source(dq: Qdq, subject: Subject): readonly Complaint[] {
  const { view, typeOf, constants, of } = subject;
  const { node, data } = dq;
  const from = view.producer(comesFrom(view, data, moves));
  const quantizer = of(from);
  if (quantizer?.isQuantize) return agreement(quantizer, dq);
  const type = typeOf(data);
  if (floatTypes.has(type)) return [unpaired(node, `floating-point values (${data}, ${type})`)];
  if (!from || constants.isConstant(data)) return [];
  return [unpaired(node, `the result of ${label(from)}`)];
}

function unpaired(node: OnnxNode, what: string): Complaint {
  return {
    node,
    message: `${label(node)} reads ${what}, not what a QuantizeLinear made.`,
    remedy: 'Put its QuantizeLinear in front of it, or store the tensor as INT8 or FP8.',
  };
}

function agreement(q: Qdq, dq: Qdq): readonly Complaint[] {
  const different = [
    ...(q.scales && dq.scales && !sameValues(q.scales, dq.scales) ? ['scales'] : []),
    ...(q.zeroPoint && dq.zeroPoint && q.zeroPoint.dtype !== dq.zeroPoint.dtype ? ['types'] : []),
    ...((q.scaleSize ?? 1) > 1 && q.axis !== dq.axis ? ['axes'] : []),
  ];
  if (different.length === 0) return [];
  return [
    {
      node: dq.node,
      message: `${label(dq.node)} and its ${label(q.node)} have different ${different.join(' and ')}.`,
      remedy: 'Give both nodes of a pair the same scale, zero point and axis.',
    },
  ];
}

function sameValues(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function unused({ node, data, output, isQuantize: quantizes }: Qdq, { view }: Subject): readonly Complaint[] {
  if (view.consumers(output).length === 0 && !view.outputs.has(output)) {
    return [{ node, message: `Nothing reads ${label(node)}.`, remedy: 'Remove Q and DQ that nothing reads.' }];
  }
  const before = view.producer(data);
  if (!quantizes || !before || !isDequantize(before)) return [];
  const first = view.producer(before.inputs[0] ?? '');
  if (!isQuantize(first)) return [];
  return [
    {
      node,
      message: `${label(node)} quantizes what ${label(before)} has just dequantized.`,
      remedy: 'Keep one pair for a tensor: the second rounds again and hinders fusion.',
    },
  ];
}

function deadTensors({ view: { graph, outputs } }: Subject): readonly Complaint[] {
  const read = new Set(graph.nodes.flatMap(tensorsRead));
  const dead = graph.initializers.filter(({ name }) => !read.has(name) && !outputs.has(name));
  if (dead.length === 0) return [];
  const names = dead.map(({ name }) => name);
  return [
    {
      node: null,
      tensor: names[0] ?? '',
      message: `Nothing reads ${dead.length} of ${graph.initializers.length} initializers: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' …' : ''}.`,
      remedy: 'Remove them: they only make the file larger.',
    },
  ];
}
