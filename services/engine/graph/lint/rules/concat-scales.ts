import { isQuantize } from '../qdq.ts';
import { type Complaint, label } from '../rule.ts';
import type { Subject } from '../subject.ts';

/** Only with one scale on both sides can TensorRT leave out the pairs around a Concat. */
export function concatScales({ view, dequantizer, of }: Subject): readonly Complaint[] {
  return view.graph.nodes
    .filter(({ op }) => op === 'Concat')
    .flatMap((node) => {
      const inputs = node.inputs.flatMap((tensor) => dequantizer(tensor)?.scales?.[0] ?? []);
      const outputs = view
        .children(node)
        .filter(isQuantize)
        .flatMap((child) => of(child)?.scales?.[0] ?? []);
      const scales = new Set([...inputs, ...outputs]);
      if (inputs.length === 0 || outputs.length === 0 || scales.size < 2) return [];
      return [
        {
          node,
          message: `${label(node)} joins quantized tensors, with ${scales.size} different scales among them and its output.`,
          remedy: 'Calibrate what a Concat joins together, so that it has one scale.',
        },
      ];
    });
}
