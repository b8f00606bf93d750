import { nodeScope } from '#engine/companion/modules/node-scope.ts';
import { metadataOf } from '#engine/formats/onnx/metadata.ts';
import type { OnnxNode } from '#engine/formats/onnx/model.ts';
import { operatorTitle } from '#engine/graph/computable/custom-operators.ts';
import { linearOps } from '#engine/graph/op-types.ts';
import { int8Ops } from '#engine/graph/quantizable-ops.ts';
import type { Network } from './network.ts';

/** A node that could be quantized in one mode or another, or a custom one, and every name that a rule may know it by. */
export type Layer = {
  readonly node: OnnxNode;
  readonly names: readonly string[];
  readonly class: string;
  /** Its weight, if it has one; other layers only have their inputs quantized. */
  readonly weight: string | null;
  readonly evidence: string;
};

/**
 * A layer goes by its node name, by the path of the PyTorch module it came from, and by the class of that module as
 * far as the operator tells it, so that one recipe serves a checkpoint and its export.
 */
export function layersOf(network: Network, operators: ReadonlySet<string>): readonly Layer[] {
  const modules = new Set([...network.weights.keys()].map((name) => name.replace(/\.[^.]+$/, '')));
  const custom = new Set(network.cut.custom);
  return network.model.graph.nodes
    .filter((node) => custom.has(node) || (node.domain === '' && (int8Ops.has(node.op) || operators.has(node.op))))
    .map((node) => {
      const weight = linearOps.has(node.op) ? (node.inputs.find((tensor) => isWeight(network, tensor)) ?? null) : null;
      const path = nodeScope({ name: node.name, metadata: metadataOf(node) }, modules)?.path ?? '';
      const torch = weight ? torchClass(node.op, network.weights.get(weight)?.shape.length ?? 0) : null;
      return {
        node,
        names: [node.name, ...(path ? [path] : []), ...(torch ? [torch] : [])],
        class: node.op,
        weight,
        evidence: custom.has(node)
          ? `custom operator ${operatorTitle(node)}`
          : weight
            ? `node ${node.op} of the graph with the weight ${weight}`
            : `node ${node.op} of the graph, without a weight`,
      };
    });
}

/** A bias is of rank 1, and a vector is no weight that has channels. */
function isWeight(network: Network, tensor: string): boolean {
  return (network.weights.get(tensor)?.shape.length ?? 0) >= 2 && network.floatType(tensor) !== null;
}

function torchClass(op: string, rank: number): string {
  return op === 'Conv' || op === 'ConvTranspose' ? `${op}${rank - 2}d` : 'Linear';
}
