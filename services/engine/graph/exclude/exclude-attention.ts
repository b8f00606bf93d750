import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { pathFinder } from '../find-path.ts';
import type { GraphView } from '../view.ts';
import type { ShapeOf } from './exclude-products.ts';
import type { Exclusion } from './exclusion.ts';

/** Tensors whose shapes `excludeAttention` asks for. */
export function attentionShapes(view: GraphView): readonly string[] {
  return attentions(view)
    .map(({ scores }) => scores.inputs[1] ?? '')
    .filter((tensor) => !view.initializers.has(tensor));
}

export type AttentionRule = keyof typeof whyNot;

/**
 * Both matrix products of attention for which TensorRT has no quantized kernel, or all of them with `disabled`.
 * Source: `find_nodes_from_mha_to_exclude`, modelopt/onnx/quantization/graph_utils.py.
 */
export function excludeAttention(view: GraphView, rule: AttentionRule, shapeOf: ShapeOf): readonly Exclusion[] {
  const isFused = rule === 'fp8' ? fusedFinder(view) : () => true;
  return attentions(view).flatMap((attention) => {
    const shape = shapeOf(attention.scores.inputs[1] ?? '');
    const reason = whyNot[rule]({
      isFused: isFused(attention.softmax),
      tokens: shape?.at(-1) ?? 0,
      head: shape?.at(-2) ?? 0,
    });
    if (reason === null) return [];
    return [attention.scores, attention.values].map(({ name }) => ({ node: name, reason }));
  });
}

const longestSequence = 512;
/** The sizes of an attention head that FP8 kernels take: more than the least, at most the largest. */
const headSizes = { above: 8, upTo: 256 } as const;

const whyNot = {
  int8: ({ tokens }) =>
    tokens > longestSequence
      ? `attention over ${tokens} tokens runs faster as one floating-point kernel (int8 up to ${longestSequence})`
      : null,
  fp8: ({ isFused, head }) => {
    if (head <= headSizes.above || head > headSizes.upTo)
      return `attention with a head of ${head} has no FP8 kernel (more than ${headSizes.above}, up to ${headSizes.upTo})`;
    return isFused
      ? null
      : 'between the products of this attention stands more than a scale, a mask and a Softmax, which no FP8 kernel fuses';
  },
  disabled: () => 'disable_mha_qdq keeps the products of attention float',
} as const satisfies Record<string, (facts: { isFused: boolean; tokens: number; head: number }) => string | null>;

type Attention = { readonly scores: OnnxNode; readonly softmax: OnnxNode; readonly values: OnnxNode };

const reshapes = ['Reshape', 'Transpose', 'Flatten', 'Cast'] as const;
const between: ReadonlySet<string> = new Set(['Div', 'Mul', 'ConstMul', 'Add', 'BiasAdd', ...reshapes]);

function attentions(view: GraphView): readonly Attention[] {
  const find = pathFinder(view, { ops: ['MatMul', 'Softmax', 'MatMul'], direction: 'forward', wildcards: between });
  return view.nodes.flatMap((node) => {
    const [scores, softmax, values] = (node.op === 'MatMul' ? find(node) : null) ?? [];
    return scores && softmax && values ? [{ scores, softmax, values }] : [];
  });
}

/** What may stand between Softmax and the scores, seen backwards. Source: `match_fp8_mha_pattern`. */
const fusedScores = [[], ['Add'], ['Div'], ['Mul'], ['Add', 'Div'], ['Add', 'Mul']] as const;

function fusedFinder(view: GraphView): (softmax: OnnxNode) => boolean {
  const wildcards: ReadonlySet<string> = new Set(reshapes);
  const before = fusedScores.map((ops) =>
    pathFinder(view, { ops: ['Softmax', ...ops, 'MatMul'], direction: 'backward', wildcards }),
  );
  const after = pathFinder(view, { ops: ['Softmax', 'MatMul'], direction: 'forward', wildcards });
  return (softmax) => before.some((find) => find(softmax) !== null) && after(softmax) !== null;
}
