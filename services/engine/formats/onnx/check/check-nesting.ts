import { InputError } from '#contract/failure.ts';
import { subgraphs } from '../attribute.ts';
import type { onnx } from '../generated/messages.js';
import type { OnnxModel } from '../model.ts';
import { limits } from './limits.ts';

/**
 * Refuses graphs in graphs beyond a depth, and functions of the model altogether once one calls another: runtimes
 * expand calls, so that recursion ends the process and a chain of them doubles at each step.
 */
export function checkNesting(model: OnnxModel, name: string): void {
  for (const node of model.graph.nodes) for (const graph of subgraphs(node)) checkDepth(graph, 1, name);
  const functions = model.rest.functions ?? [];
  for (const { node } of functions) checkDepth({ node: node ?? [] }, 0, name);
  const key = (node: { domain?: string | null; name?: string | null }) => `${node.domain ?? ''}:${node.name ?? ''}`;
  const defined = new Set(functions.map(key));
  for (const definition of functions) {
    const call = allNodes(definition.node ?? []).find((node) =>
      defined.has(key({ domain: node.domain, name: node.opType })),
    );
    if (call) {
      throw new InputError(
        'UNSAFE_FILE',
        `The function ${definition.name} of ${name} calls ${call.opType}, another function of the file; expanding such calls has no safe end.`,
        {
          remedy: 'Inline the functions (onnx.inliner.inline_local_functions) and upload the result.',
        },
      );
    }
  }
}

function checkDepth(graph: onnx.GraphProto.$Properties, depth: number, name: string): void {
  if (depth > limits.subgraphDepth) {
    throw new InputError(
      'LIMIT_EXCEEDED',
      `${name} nests graphs within graphs more than ${limits.subgraphDepth} deep.`,
    );
  }
  for (const node of graph.node ?? []) for (const inner of graphsOf(node)) checkDepth(inner, depth + 1, name);
}

/** With those of the graphs inside. */
function allNodes(nodes: readonly onnx.NodeProto.$Properties[]): readonly onnx.NodeProto.$Properties[] {
  return nodes.flatMap((node) => [node, ...graphsOf(node).flatMap((graph) => allNodes(graph.node ?? []))]);
}

function graphsOf({ attribute }: onnx.NodeProto.$Properties): readonly onnx.GraphProto.$Properties[] {
  return (attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])]);
}
