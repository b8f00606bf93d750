import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { excludeConvolutions } from '../../exclude/exclude-convolutions.ts';
import { linearOps } from '../../op-types.ts';
import { isQuantize, moves, movesAndCasts, readersOf } from '../qdq.ts';
import { type Complaint, label, type Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import type { Weighted } from '../weighted.ts';
import { concatScales } from './concat-scales.ts';
import { isResidual, residualAdds } from './residual-adds.ts';

export const placementRules = {
  Q14: {
    level: 'warning',
    title: 'Nothing stands between a convolution and what fuses with it',
    check: brokenFusions,
  },
  Q15: {
    level: 'warning',
    title: 'A residual Add has Q/DQ on its skip input alone',
    check: residualAdds,
  },
  Q16: {
    level: 'warning',
    title: 'What Concat joins has one scale',
    check: concatScales,
  },
  Q17: {
    level: 'info',
    title: 'Other operators have quantized inputs and outputs',
    check: halfQuantized,
  },
  Q18: {
    level: 'warning',
    title: 'Quantized operators are large enough to become faster',
    check: (subject) => subject.weighted.filter(isQuantized).flatMap((one) => tooSmall(one, subject)),
  },
  Q20: {
    level: 'warning',
    title: 'FP8 is where TensorRT has FP8 kernels',
    check: (subject) => [...float8Readers(subject), ...subject.weighted.filter(isQuantized).flatMap(manyTaps)],
  },
} as const satisfies Record<string, Rule>;

function isQuantized({ weight, activation }: Weighted): boolean {
  return weight.dq !== undefined && activation.dq !== undefined;
}

const fuseWithConvolutions: ReadonlySet<string> = new Set(['Relu', 'BatchNormalization', 'Clip', 'LeakyRelu']);

function brokenFusions({ view, qdq, constants, of }: Subject): readonly Complaint[] {
  return qdq.flatMap((dq) => {
    const quantizer = dq.isQuantize ? undefined : of(view.producer(dq.data));
    const convolution = view.producer(quantizer?.data ?? '');
    if (convolution?.op !== 'Conv' && convolution?.op !== 'ConvTranspose') return [];
    const fusing = view
      .consumers(dq.output)
      .find(
        ({ op, inputs }) =>
          fuseWithConvolutions.has(op) || (op === 'Add' && inputs.some((one) => constants.isConstant(one))),
      );
    if (!fusing) return [];
    return [
      {
        node: fusing,
        tensor: dq.data,
        message: `Q/DQ stand between ${label(convolution)} and ${label(fusing)}, which then do not become one kernel.`,
        remedy: 'Quantize behind the activation or normalization, not in front of it.',
      },
    ];
  });
}

/** Say nothing of values, or compute with integers. */
const ofNoWeight: ReadonlySet<string> = new Set(['Shape', 'Size', 'Cast', 'QuantizeLinear', 'DequantizeLinear']);

function halfQuantized(subject: Subject): readonly Complaint[] {
  const { view, dequantizer } = subject;
  return view.graph.nodes
    .filter(({ op }) => !linearOps.has(op) && !ofNoWeight.has(op) && !moves.has(op))
    .filter((node) => node.inputs.some((tensor) => dequantizer(tensor)) && !isResidual(node, subject))
    .filter((node) => !node.outputs.some((output) => isRequantized(output, subject)))
    .map((node) => ({
      node,
      message: `${label(node)} has a quantized input, and its output is not quantized: it runs in floating point.`,
      remedy: 'Nothing is wrong; to have it run quantized, quantize its output too.',
    }));
}

const activations: ReadonlySet<string> = new Set(['Relu', 'Clip', 'LeakyRelu', 'Sigmoid', 'HardSigmoid', 'HardSwish']);

/** Also behind an activation function, which fuses. */
function isRequantized(tensor: string, { view }: Subject): boolean {
  const readers = readersOf(view, tensor, movesAndCasts);
  return readers.some(
    (reader) =>
      isQuantize(reader) ||
      (activations.has(reader.op) &&
        readersOf(view, reader.outputs[0] ?? '', movesAndCasts).some((next) => isQuantize(next))),
  );
}

const leastSide = 16;
const mostTaps = 32;

function tooSmall({ node, weight }: Weighted, { view }: Subject): readonly Complaint[] {
  const { shape, dq } = weight;
  if (!shape) return [];
  const remedy =
    'Leave it out (skip_names, or nodes_to_exclude in modelopt.onnx): it is likely to be slower than in floating point.';
  if (node.op === 'Conv') {
    const rule = dq?.type === 'float8_e4m3fn' ? 'fp8' : 'int8';
    if (rule === 'fp8' && taps(shape) > mostTaps) return [];
    const [found] = excludeConvolutions({ ...view, nodes: [node] }, rule, () => shape);
    return found ? [{ node, message: `${label(node)} is quantized: ${found.reason}.`, remedy }] : [];
  }
  const sides = node.op === 'MatMul' || node.op === 'Gemm' ? shape.slice(-2) : [];
  if (!sides.some((side) => side < leastSide)) return [];
  return [
    {
      node,
      message: `${label(node)} is quantized with a weight of ${sides.join('×')}, too small for tensor cores (at least ${leastSide}).`,
      remedy,
    },
  ];
}

function taps([, , ...kernel]: readonly number[]): number {
  return kernel.reduce((product, size) => product * size, 1);
}

function manyTaps({ node, weight }: Weighted): readonly Complaint[] {
  const { shape, dq } = weight;
  if (node.op !== 'Conv' || dq?.type !== 'float8_e4m3fn' || !shape || taps(shape) <= mostTaps) return [];
  return [
    {
      node,
      message: `${label(node)} has a kernel of ${taps(shape)} taps; TensorRT has FP8 kernels of up to ${mostTaps}.`,
      remedy: 'Leave it out, or quantize it to INT8.',
    },
  ];
}

/** An Add is quantized in residual connections. */
const float8Ops: ReadonlySet<string> = new Set(['Conv', 'Gemm', 'MatMul', 'Add']);

function float8Readers({ qdq, view, constants }: Subject): readonly Complaint[] {
  return qdq.flatMap(({ node, isQuantize: quantizes, type, data, output }) => {
    if (quantizes || type !== 'float8_e4m3fn' || constants.isConstant(data)) return [];
    const readers = readersOf(view, output, movesAndCasts);
    if (readers.length === 0 || readers.some(({ op }) => float8Ops.has(op) || op === 'QuantizeLinear')) return [];
    const ops = [...new Set(readers.map(({ op }: OnnxNode) => op))];
    return [
      {
        node,
        message: `${label(node)} gives FP8 to ${ops.join(', ')} alone, which have no FP8 kernels.`,
        remedy: 'Use FP8 for Conv, Gemm, MatMul and residual Add.',
      },
    ];
  });
}
