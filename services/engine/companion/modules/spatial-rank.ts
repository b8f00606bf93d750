import { intsAttribute } from '../../formats/onnx/attribute.ts';
import type { OnnxGraph } from '../../formats/onnx/model.ts';
import { tensorRanks } from './tensor-ranks.ts';

/**
 * How many spatial dimensions the module has that a group of nodes is: the 2 of MaxPool2d. Its own window tells, else
 * the tensor it reads, [N, C, …], else the network's first window.
 */
export function spatialRanks(graph: OnnxGraph): (nodes: readonly number[]) => number {
  const ranks = tensorRanks(graph);
  const windowOf = (index: number) => intsAttribute(graph.nodes[index] ?? nothing, 'kernel_shape')?.length;
  const network = [...graph.nodes.keys()].map(windowOf).find((rank) => rank !== undefined && rank > 0);
  return (nodes) => {
    const window = nodes.map(windowOf).find((rank) => rank !== undefined && rank > 0);
    if (window !== undefined) return window;
    const read = nodes.map((index) => ranks.get(graph.nodes[index]?.inputs[0] ?? ''));
    const rank = read.find((found) => found !== undefined);
    return rank === undefined ? (network ?? 1) : Math.max(rank - 2, 1);
  };
}

const nothing = { name: '', op: '', domain: '', inputs: [], outputs: [], attributes: [], rest: {} } as const;
