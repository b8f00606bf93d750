import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { linearOps } from '../../op-types.ts';
import type { Qdq } from '../qdq.ts';
import { type Complaint, label } from '../rule.ts';
import type { Subject } from '../subject.ts';

type QuantizedBias = { readonly node: OnnxNode; readonly dq: Qdq };

/** The DequantizeLinear nodes whose results are biases of Conv, ConvTranspose and Gemm. */
export function biasDequantizers({
  view,
  dequantizer,
}: Pick<Subject, 'view' | 'dequantizer'>): readonly QuantizedBias[] {
  return view.graph.nodes
    .filter(({ op }) => linearOps.has(op))
    .flatMap((node) => {
      const dq = dequantizer(node.inputs[2] ?? '');
      return dq ? [{ node, dq }] : [];
    });
}

export function quantizedBiases(subject: Subject): readonly Complaint[] {
  return biasDequantizers(subject).map(({ node, dq }) => ({
    node,
    tensor: node.inputs[2] ?? '',
    message: `The bias of ${label(node)} comes from ${label(dq.node)}${dq.type ? ` (${dq.type.toUpperCase()})` : ''}.`,
    remedy: 'Store biases in floating point (QuantizeBias=False in ONNX Runtime).',
  }));
}
