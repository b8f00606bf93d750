import { decodeTensor, toNumber } from '#engine/formats/onnx/decode.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';

/** Constant nodes become initializers, which is what everything else looks for; text and sparse ones stay. */
export function storeConstants(model: OnnxModel): OnnxModel {
  const { nodes, initializers } = model.graph;
  const stored = new Map<OnnxNode, OnnxTensor>();
  for (const node of nodes) {
    const tensor = constantOf(node);
    if (tensor) stored.set(node, tensor);
  }
  if (stored.size === 0) return model;
  return {
    ...model,
    graph: {
      ...model.graph,
      nodes: nodes.filter((node) => !stored.has(node)),
      initializers: [...initializers, ...stored.values()],
    },
  };
}

function constantOf(node: OnnxNode): OnnxTensor | null {
  const [attribute] = node.attributes;
  if (node.op !== 'Constant' || node.domain !== '' || !attribute) return null;
  const kind = attribute.name ?? '';
  return (Object.hasOwn(readers, kind) && readers[kind]?.(attribute, node.outputs[0] ?? '')) || null;
}

const readers: Readonly<Record<string, (attribute: OnnxAttribute, name: string) => OnnxTensor | null>> = {
  value({ t }, name) {
    const tensor = t ? decodeTensor({ ...t, name }) : null;
    return tensor && tensor.dtype !== null ? tensor : null;
  },
  value_float: ({ f }, name) => floats(name, [], [f ?? 0]),
  value_floats: ({ floats: values }, name) => floats(name, [values?.length ?? 0], values ?? []),
  value_int: ({ i }, name) => ints(name, [], [toNumber(i)]),
  value_ints: ({ ints: values }, name) => ints(name, [values?.length ?? 0], (values ?? []).map(toNumber)),
};

function floats(name: string, shape: readonly number[], values: readonly number[]): OnnxTensor {
  return makeTensor({ name, dtype: 'float32', shape }, new Uint8Array(Float32Array.from(values).buffer));
}

export function ints(name: string, shape: readonly number[], values: readonly number[]): OnnxTensor {
  return makeTensor({ name, dtype: 'int64', shape }, new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
}
