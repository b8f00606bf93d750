import { subgraphs } from '#engine/formats/onnx/attribute.ts';
import type { onnx } from '#engine/formats/onnx/generated/messages.js';
import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { standardOperators } from './standard-operators.ts';

export type Operator = { readonly domain: string; readonly op: string };

/**
 * The operators of a model that ONNX does not define, each once, with those in its subgraphs and functions. A function
 * that the model itself defines is none. Whether a runtime knows one is for the runtime to say.
 */
export function customOperators(model: OnnxModel): readonly Operator[] {
  const functions = model.rest.functions ?? [];
  const local = new Set(functions.map(functionKey));
  const used = [...model.graph.nodes.flatMap(operatorsIn), ...functions.flatMap(operatorsOfFunction)];
  const custom = used.filter((operator) => !isStandard(operator) && !local.has(operatorKey(operator)));
  return [...new Map(custom.map((operator) => [operatorKey(operator), operator])).values()];
}

/** One text for an operator. */
export function operatorKey({ domain, op }: Operator): string {
  return `${domain}:${op}`;
}

/** How a message calls it. */
export function operatorTitle({ domain, op }: Operator): string {
  return domain === '' ? op : `${op} of the domain ${domain}`;
}

/** Of a node itself and of all that its subgraphs hold. */
export function operatorsIn(node: OnnxNode): readonly Operator[] {
  return [{ domain: node.domain, op: node.op }, ...subgraphs(node).flatMap(operatorsOfGraph)];
}

/** The text of the operator that calls a function. */
export function functionKey({ domain, name }: onnx.FunctionProto.$Properties): string {
  return operatorKey({ domain: domain ?? '', op: name ?? '' });
}

export function operatorsOfFunction({ node }: onnx.FunctionProto.$Properties): readonly Operator[] {
  return (node ?? []).flatMap(operatorsOfProto);
}

function operatorsOfGraph({ node }: onnx.GraphProto.$Properties): readonly Operator[] {
  return (node ?? []).flatMap(operatorsOfProto);
}

function operatorsOfProto({ domain, opType, attribute }: onnx.NodeProto.$Properties): readonly Operator[] {
  const inner = (attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])]);
  const own = { domain: domain === 'ai.onnx' ? '' : (domain ?? ''), op: opType ?? '' };
  return [own, ...inner.flatMap(operatorsOfGraph)];
}

function isStandard({ domain, op }: Operator): boolean {
  return domain === '' && standardOperators.has(op);
}
