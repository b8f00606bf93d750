import { subgraphs } from './attribute.ts';
import type { onnx } from './generated/messages.js';
import type { OnnxModel, OnnxNode } from './model.ts';

/** Domains of nodes, also of those in subgraphs, for which the model imports no opset: ONNX calls such a model invalid. */
export function undeclaredDomains({ graph, opsets }: OnnxModel): readonly string[] {
  const declared = new Set(opsets.map(({ domain }) => standard(domain)));
  return [...new Set(graph.nodes.flatMap(domainsOf))].filter((domain) => !declared.has(domain));
}

/** The model with version 1 of each of these domains, which is what nearly all have. */
export function importDomains(model: OnnxModel, domains: readonly string[]): OnnxModel {
  if (domains.length === 0) return model;
  return { ...model, opsets: [...model.opsets, ...domains.map((domain) => ({ domain, version: 1 }))] };
}

function domainsOf(node: OnnxNode): readonly string[] {
  return [standard(node.domain), ...subgraphs(node).flatMap(domainsOfGraph)];
}

function domainsOfGraph({ node }: onnx.GraphProto.$Properties): readonly string[] {
  return (node ?? []).flatMap(({ domain, attribute }) => [
    standard(domain ?? ''),
    ...(attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])]).flatMap(domainsOfGraph),
  ]);
}

const standard = (domain: string): string => (domain === 'ai.onnx' ? '' : domain);
