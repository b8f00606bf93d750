import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { type Complaint, label } from '../rule.ts';
import type { Subject } from '../subject.ts';

type Side = { readonly isQuantized: boolean; readonly isConvolution: boolean };

/**
 * TensorRT makes a quantized convolution and the Add behind it one kernel. The kernel’s type is that of the other
 * input, which therefore has Q/DQ; Q/DQ behind the convolution would part the two.
 */
export function residualAdds(subject: Subject): readonly Complaint[] {
  return subject.view.graph.nodes.filter(({ op }) => op === 'Add').flatMap((node) => judge(node, subject));
}

/** Whether it is an Add behind a quantized convolution. */
export function isResidual(node: OnnxNode, subject: Subject): boolean {
  return node.op === 'Add' && sidesOf(node, subject).some(({ isConvolution }) => isConvolution);
}

function judge(node: OnnxNode, subject: Subject): readonly Complaint[] {
  const sides = sidesOf(node, subject);
  if (!sides.some(({ isConvolution }) => isConvolution)) return [];
  const quantized = sides.filter(({ isQuantized }) => isQuantized);
  if (quantized.length === 0) {
    return [
      {
        node,
        message: `Neither input of the residual ${label(node)} is quantized: it runs in floating point.`,
        remedy:
          'Quantize the skip input, as modelopt.onnx does; modelopt.pytorch has quantizers at modules alone, and an Add is none.',
      },
    ];
  }
  const hinders =
    quantized.length === 2 || quantized.every(({ isConvolution }) => isConvolution && !bothConvolve(sides));
  if (!hinders) return [];
  return [
    {
      node,
      message: `Q/DQ stand between the convolution and the residual ${label(node)}, which then do not become one kernel.`,
      remedy: 'Quantize the skip input alone.',
    },
  ];
}

function bothConvolve(sides: readonly Side[]): boolean {
  return sides.every(({ isConvolution }) => isConvolution);
}

function sidesOf(node: OnnxNode, { view, constants, of, weighted }: Subject): readonly Side[] {
  if (node.inputs.some((tensor) => constants.isConstant(tensor))) return [];
  return node.inputs.map((tensor) => {
    const dq = of(view.producer(tensor));
    const source = dq ? (of(view.producer(dq.data))?.data ?? dq.data) : tensor;
    const producer = view.producer(source);
    const convolution = producer?.op === 'BatchNormalization' ? view.producer(producer.inputs[0] ?? '') : producer;
    const isConvolution =
      convolution !== undefined &&
      (convolution.op === 'Conv' || convolution.op === 'ConvTranspose') &&
      weighted.some((one) => one.node === convolution && one.weight.dq && one.activation.dq);
    return { isQuantized: dq !== undefined, isConvolution };
  });
}
