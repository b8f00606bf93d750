import { floatTypes, fourBitTypes, quantizedTypes } from '../element-type.ts';
import type { Qdq } from '../qdq.ts';
import { type Complaint, label, type Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { biasDequantizers } from './bias.ts';

export const typeRules = {
  Q02: {
    level: 'error',
    title: 'Tensors are quantized to INT8, FP8 (E4M3), INT4 or FP4',
    check: (subject) => {
      const biases = new Set(biasDequantizers(subject).map(({ dq }) => dq));
      return subject.qdq
        .filter((one) => one.type !== null && !floatTypes.has(one.type) && !quantizedTypes.has(one.type))
        .filter((one) => !biases.has(one))
        .map(({ node, type }) => ({
          node,
          message: `${label(node)} is of ${type?.toUpperCase()}, which TensorRT does not quantize to.`,
          remedy: 'Quantize to signed INT8 with zero point 0, or to FLOAT8E4M3FN.',
        }));
    },
  },
  Q09: {
    level: 'error',
    title: 'The opset has what the model uses',
    check: opset,
  },
  Q11: {
    level: 'error',
    title: 'Types agree, as in a strongly typed network',
    check: (subject) => [...subject.qdq.flatMap((one) => quantizerTypes(one, subject)), ...operandTypes(subject)],
  },
  Q25: {
    level: 'error',
    title: 'Rows of 4-bit tensors fill whole bytes',
    check: ({ qdq, constants }) =>
      qdq.flatMap(({ node, type, data }) => {
        const last = constants.find(data)?.shape.at(-1);
        if (!fourBitTypes.has(type) || last === undefined || last % 2 === 0) return [];
        return [
          {
            node,
            tensor: data,
            message: `${label(node)} packs rows of ${last} four-bit values.`,
            remedy: 'Leave tensors with an odd last dimension out, or quantize them to INT8.',
          },
        ];
      }),
  },
} as const satisfies Record<string, Rule>;

/** Opsets that TensorRT’s parser takes: 11.x. */
const parsed = { least: 9, most: 25 } as const;

function opset({ qdq, opset }: Subject): readonly Complaint[] {
  const needs = qdq.flatMap((one) =>
    needed.filter(({ least, isUsed }) => opset < least && isUsed(one)).map((need) => ({ ...need, node: one.node })),
  );
  const outside = opset < parsed.least || opset > parsed.most;
  return [
    ...needs.map(({ node, what, least }) => ({
      node,
      message: `${label(node)} has ${what}, which ONNX knows from opset ${least} on; the model is of opset ${opset}.`,
      remedy: `Raise the model to opset ${least} or newer.`,
    })),
    ...(outside
      ? [
          {
            node: null,
            message: `The model is of opset ${opset}; TensorRT’s parser takes ${parsed.least} to ${parsed.most}.`,
            remedy: 'Export it again with opset 19 to 22.',
          },
        ]
      : []),
  ];
}

const needed: readonly { what: string; least: number; isUsed: (one: Qdq) => boolean }[] = [
  {
    what: 'a scale for each channel',
    least: 13,
    isUsed: ({ scale }) => scale?.shape.length === 1 && scale.shape[0] !== 1,
  },
  { what: 'FP8 values', least: 19, isUsed: ({ type }) => type === 'float8_e4m3fn' },
  {
    what: 'scales of 16 bits',
    least: 19,
    isUsed: ({ scaleType }) => scaleType === 'float16' || scaleType === 'bfloat16',
  },
  { what: 'INT4 values', least: 21, isUsed: ({ type }) => type === 'int4' },
  { what: 'scales for blocks', least: 21, isUsed: ({ scale }) => (scale?.shape.length ?? 0) > 1 },
  { what: 'FP4 values', least: 23, isUsed: ({ type }) => type === 'float4_e2m1' },
];

const remedy =
  'Cast one of them, or convert the whole model with high_precision_dtype: a strongly typed network converts nothing by itself.';

function quantizerTypes({ node, isQuantize, data, scaleType }: Qdq, { typeOf }: Subject): readonly Complaint[] {
  const type = typeOf(data);
  if (!isQuantize || !floatTypes.has(type) || scaleType === null || type === scaleType) return [];
  return [{ node, tensor: data, message: `${label(node)} reads ${type} and has a scale of ${scaleType}.`, remedy }];
}

function operandTypes({ view, typeOf, dequantizer }: Subject): readonly Complaint[] {
  return view.graph.nodes.flatMap((node) => {
    const isListed = node.domain === '' && Object.hasOwn(sameTypes, node.op);
    const operands = isListed ? sameTypes[node.op]?.(node.inputs) : undefined;
    if (!operands?.some((tensor) => dequantizer(tensor))) return [];
    const types = new Set(operands.map(typeOf).filter((type) => floatTypes.has(type)));
    if (types.size < 2) return [];
    return [{ node, message: `The operands of ${label(node)} are of ${[...types].join(' and ')}.`, remedy }];
  });
}

const all = (inputs: readonly string[]) => inputs;

/** Inputs that have one type among them. */
const sameTypes: Readonly<Record<string, (inputs: readonly string[]) => readonly string[]>> = {
  ...Object.fromEntries(
    'Add Concat Conv ConvTranspose Div Gemm InstanceNormalization LayerNormalization MatMul Max Mean Min Mul PRelu Sub Sum'
      .split(' ')
      .map((op) => [op, all]),
  ),
  Where: (inputs) => inputs.slice(1),
};
