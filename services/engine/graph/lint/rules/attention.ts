import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { findPath } from '../../find-path.ts';
import { type Complaint, label, type Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export const attentionRules = {
  Q21: {
    level: 'warning',
    title: 'Both products of attention are quantized, or neither',
    check: (subject) => attentions(subject).flatMap((one) => judge(one, subject)),
  },
} as const satisfies Record<string, Rule>;

type Attention = { readonly scores: OnnxNode; readonly softmax: OnnxNode; readonly values: OnnxNode };

const between: ReadonlySet<string> = new Set(
  'Div Mul Add Sub Where Reshape Transpose Flatten Cast QuantizeLinear DequantizeLinear'.split(' '),
);

function attentions({ view, constants }: Subject): readonly Attention[] {
  const isProduct = ({ op, inputs }: OnnxNode) =>
    op === 'MatMul' && !inputs.some((tensor) => constants.isConstant(tensor));
  return view.graph.nodes.filter(isProduct).flatMap((node) => {
    const query = { ops: ['MatMul', 'Softmax', 'MatMul'], direction: 'forward', wildcards: between } as const;
    const [scores, softmax, values] = findPath(view, node, query) ?? [];
    return scores && softmax && values && isProduct(values) ? [{ scores, softmax, values }] : [];
  });
}

const longestSequence = 512;

function judge({ scores, softmax, values }: Attention, subject: Subject): readonly Complaint[] {
  const { dequantizer } = subject;
  const sources = [...scores.inputs, ...values.inputs].map((tensor) => dequantizer(tensor));
  const quantized = sources.filter((dq) => dq !== undefined);
  if (quantized.length === 0) return [];
  const isFloat8 = quantized.some(({ type }) => type === 'float8_e4m3fn');
  if (quantized.length < sources.length) {
    const probabilities = dequantizer(values.inputs[0] ?? '');
    return [
      {
        node: values,
        message:
          isFloat8 && !probabilities
            ? `The FP8 attention of ${label(scores)} and ${label(values)} has no Q/DQ behind ${label(softmax)}.`
            : `Of the attention of ${label(scores)} and ${label(values)}, ${quantized.length} of ${sources.length} inputs are quantized.`,
        remedy:
          'Quantize all inputs of both products, or leave both out (disable_mha_qdq): else they do not become one kernel.',
      },
    ];
  }
  const tokens = lastDimension(softmax, subject);
  if (isFloat8 || tokens === null || tokens <= longestSequence) return [];
  return [
    {
      node: scores,
      message: `The INT8 attention of ${label(scores)} looks at ${tokens} tokens; TensorRT has INT8 kernels for up to ${longestSequence}.`,
      remedy: 'Leave both products out: attention of that length is faster as one floating-point kernel.',
    },
  ];
}

function lastDimension({ inputs, outputs }: OnnxNode, { view }: Subject): number | null {
  const names = new Set([inputs[0], outputs[0]]);
  const last = view.graph.valueInfo.find(({ name, shape }) => names.has(name) && shape)?.shape?.at(-1);
  return typeof last === 'number' ? last : null;
}
