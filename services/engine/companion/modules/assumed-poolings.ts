import { intAttribute } from '../../formats/onnx/attribute.ts';
import type { OnnxGraph } from '../../formats/onnx/model.ts';
import type { CompanionModule } from '../companion.ts';

type Unnamed = {
  readonly graph: OnnxGraph;
  /** Nodes that no module is known for. */
  readonly nodes: readonly number[];
  /** Modules of the checkpoint without tensors, submodules or nodes. */
  readonly idle: readonly string[];
  spatialRankOf(nodes: readonly number[]): number;
};

/**
 * A graph whose metadata was stripped does not name its poolings. If the checkpoint has as many idle modules that
 * are called a pool as the graph has poolings without a name, they are paired in order, and marked as assumed.
 */
export function assumedPoolings({ graph, nodes, idle, spatialRankOf }: Unnamed): CompanionModule[] {
  const poolings = nodes.filter((index) => poolingClass(graph, index) !== null);
  const names = idle.filter((name) => /pool|gap$/i.test(name));
  if (names.length !== poolings.length) return [];
  return names.map((name, i) => {
    const node = poolings[i] ?? -1;
    const className = poolingClass(graph, node);
    return {
      name,
      class: className === null ? null : `${className}${spatialRankOf([node])}d`,
      evidence: `assumed: the companion graph has an unnamed ${graph.nodes[node]?.op} in its place`,
      inputs: [{ tensor: graph.nodes[node]?.inputs[0] ?? '', node, input: 0 }],
    };
  });
}

const classes: Readonly<Record<string, string>> = {
  MaxPool: 'MaxPool',
  AveragePool: 'AvgPool',
  GlobalAveragePool: 'AdaptiveAvgPool',
  ReduceMean: 'AdaptiveAvgPool',
};

/** torch’s default exporter writes AdaptiveAvgPool(1) as a mean that keeps its dimensions. */
function poolingClass(graph: OnnxGraph, index: number): string | null {
  const node = graph.nodes[index];
  if (!node || (node.op === 'ReduceMean' && intAttribute(node, 'keepdims', 1) !== 1)) return null;
  return classes[node.op] ?? null;
}
