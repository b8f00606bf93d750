import type { OnnxGraph, OnnxNode } from '#engine/formats/onnx/model.ts';
import { tensorsRead } from '#engine/formats/onnx/sort-nodes.ts';
import { type FloatDtype, isFloat } from './convert-tensor.ts';
import type { FloatTypes } from './float-types.ts';
import { canRetype } from './retype.ts';

/** Which tensor each node reads in which type, and of which type that makes each tensor. */
export type ReadPlan = {
  /** Without Casts between floating-point types. */
  readonly nodes: readonly OnnxNode[];
  /** By input. */
  reads(node: OnnxNode): readonly Read[];
  /** What subgraphs of the node read from around them. */
  captures(node: OnnxNode): readonly Read[];
  after(tensor: string): FloatDtype | null;
};

/** `name` is what the model calls it, `tensor` where the value comes from, `dtype` what it is wanted in; null: as it is. */
export type Read = { readonly name: string; readonly tensor: string; readonly dtype: FloatDtype | null };

/** Inputs and outputs of the graph have their final types already. */
export function planReads(graph: OnnxGraph, types: FloatTypes): ReadPlan {
  const outputs = new Set(graph.outputs.map((port) => port.name));
  const sources = new Map<string, string>();
  const sourceOf = (name: string) => sources.get(name) ?? name;
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs;
    if (isFloatCast(node, types) && !outputs.has(output)) sources.set(output, sourceOf(node.inputs[0] ?? ''));
  }
  const nodes = graph.nodes.filter((node) => !sources.has(node.outputs[0] ?? ''));
  const reads = (node: OnnxNode) =>
    node.inputs.map((name, index) => ({ name, tensor: sourceOf(name), dtype: types.wanted(node, index) }));
  const captures = (node: OnnxNode) =>
    tensorsRead({ ...node, inputs: [] }).map((name) => ({ name, tensor: sourceOf(name), dtype: types.before(name) }));
  const demands = demandsOf(graph, [...nodes.flatMap(reads), ...nodes.flatMap(captures)]);
  const after = typesAfter(graph, nodes, types, demands);
  return { nodes, reads, captures, after: (tensor) => after.get(tensor) ?? null };
}

function isFloatCast(node: OnnxNode, types: FloatTypes): boolean {
  const [from = ''] = node.inputs;
  const [to = ''] = node.outputs;
  return node.op === 'Cast' && node.domain === '' && types.before(from) !== null && types.before(to) !== null;
}

type Demands = ReadonlyMap<string, ReadonlySet<FloatDtype>>;

function demandsOf(graph: OnnxGraph, reads: readonly Read[]): Demands {
  const demands = new Map<string, Set<FloatDtype>>();
  const demand = (tensor: string, dtype: string | null) => {
    if (isFloat(dtype)) demands.set(tensor, (demands.get(tensor) ?? new Set<FloatDtype>()).add(dtype));
  };
  for (const { tensor, dtype } of reads) demand(tensor, dtype);
  for (const { name, dtype } of graph.outputs) demand(name, dtype);
  return demands;
}

/** What can be of any type is of the one that it is wanted in, if there is one. */
function typesAfter(graph: OnnxGraph, nodes: readonly OnnxNode[], types: FloatTypes, demands: Demands) {
  const after = new Map<string, FloatDtype | null>();
  for (const { name, dtype } of graph.inputs) after.set(name, isFloat(dtype) ? dtype : null);
  for (const { name } of graph.initializers) after.set(name, onlyOne(demands.get(name)) ?? types.before(name));
  for (const node of nodes)
    node.outputs.forEach((name, index) => {
      const made = types.made(node, index);
      after.set(name, made && canRetype(node) ? (onlyOne(demands.get(name)) ?? made) : made);
    });
  return after;
}

function onlyOne<T>(set: ReadonlySet<T> | undefined): T | null {
  const [first] = set ?? [];
  return set?.size === 1 && first !== undefined ? first : null;
}
