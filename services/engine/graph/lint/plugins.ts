import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { customOperators, operatorKey } from '../computable/custom-operators.ts';
import { isForeignQuantizer } from './rules/model.ts';

export type Plugins = {
  /** Nodes that TensorRT's own plugin library most likely has, which trtexec loads: its plugins are called so. */
  readonly known: readonly OnnxNode[];
  /** Nodes that need a library of their own. */
  readonly foreign: readonly OnnxNode[];
};

/** Nodes of operators that ONNX does not define, for which TensorRT looks for a plugin by the name of the operator. */
export function pluginNodes(model: OnnxModel): Plugins {
  const custom = new Set(customOperators(model).map(operatorKey));
  const nodes = model.graph.nodes.filter((node) => custom.has(operatorKey(node)) && !isForeignQuantizer(node));
  return { known: nodes.filter(isKnown), foreign: nodes.filter((node) => !isKnown(node)) };
}

function isKnown({ op }: OnnxNode): boolean {
  return op.endsWith('_TRT');
}
