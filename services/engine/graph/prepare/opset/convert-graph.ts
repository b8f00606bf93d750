import { InputError } from '#contract/failure.ts';
import { subgraphs } from '#engine/formats/onnx/attribute.ts';
import { decodeGraph } from '#engine/formats/onnx/decode.ts';
import { encodeGraph } from '#engine/formats/onnx/encode.ts';
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { freshNames } from '../../fresh-names.ts';
import type { ConversionContext } from './change.ts';
import { opsetChanges } from './changes.ts';

type Conversion = {
  readonly from: number;
  readonly to: number;
  /** What messages call the model. */
  readonly name: string;
  readonly ranks: ReadonlyMap<string, number>;
};

/** The graph in the words of opset `to`. The constants of its subgraphs stand among its own, where they can be seen. */
export function convertGraph({ graph }: OnnxModel, conversion: Conversion): OnnxGraph {
  const context = contextOf(graph, conversion.ranks);
  const constants: OnnxTensor[] = [];
  const convertNodes = (nodes: readonly OnnxNode[]): OnnxNode[] =>
    nodes.flatMap((node) => convertNode(withSubgraphs(node), conversion)(context, constants));
  const withSubgraphs = (node: OnnxNode): OnnxNode => {
    if (subgraphs(node).length === 0) return node;
    const convert = (proto: Parameters<typeof decodeGraph>[0]) => {
      const inner = decodeGraph(proto);
      return { ...encodeGraph({ ...inner, nodes: convertNodes(inner.nodes) }), input: proto.input ?? [] };
    };
    return {
      ...node,
      attributes: node.attributes.map(({ g, graphs, ...attribute }) => ({
        ...attribute,
        ...(g ? { g: convert(g) } : {}),
        ...(graphs && graphs.length > 0 ? { graphs: graphs.map(convert) } : {}),
      })),
    };
  };
  const nodes = convertNodes(graph.nodes);
  return { ...graph, nodes, initializers: [...graph.initializers, ...constants] };
}

function convertNode(node: OnnxNode, { from, to, name }: Conversion) {
  return (context: ConversionContext, constants: OnnxTensor[]): readonly OnnxNode[] => {
    if (node.domain !== '') return [node];
    let nodes: readonly OnnxNode[] = [node];
    for (const change of opsetChanges) {
      if (change.since <= from || change.since > to || !nodes.some(({ op }) => change.ops.includes(op))) continue;
      nodes = nodes.flatMap((current) => {
        if (!change.ops.includes(current.op)) return current;
        const converted = change.convert(current, context);
        if (typeof converted === 'string') throw unsayable(node, { from, to, name, why: converted });
        constants.push(...converted.constants);
        return converted.nodes;
      });
    }
    return nodes;
  };
}

function unsayable(
  node: OnnxNode,
  { from, to, name, why }: { from: number; to: number; name: string; why: string },
): InputError {
  return new InputError(
    'UNSUPPORTED',
    `${node.op} ${node.name} of ${name} cannot be brought from opset ${from} to ${to}: ${why}.`,
    { remedy: 'Export the network again with opset 17 or newer.' },
  );
}

function contextOf(graph: OnnxGraph, ranks: ReadonlyMap<string, number>): ConversionContext {
  const tensors = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const declared = new Map(
    [...graph.inputs, ...graph.outputs, ...graph.valueInfo, ...graph.initializers].map((port) => [port.name, port]),
  );
  const isHalf =
    !graph.initializers.some(({ dtype }) => dtype === 'float32') &&
    graph.initializers.some(({ dtype }) => dtype === 'float16');
  return {
    freshName: freshNames(graph),
    rank: (tensor) => ranks.get(tensor) ?? null,
    shape: (tensor) => declared.get(tensor)?.shape ?? null,
    floatType(tensor) {
      const dtype = declared.get(tensor)?.dtype;
      if (dtype === 'float16' || dtype === 'float64' || dtype === 'float32') return dtype;
      return isHalf ? 'float16' : 'float32';
    },
    constant: (tensor) => tensors.get(tensor) ?? null,
  };
}
