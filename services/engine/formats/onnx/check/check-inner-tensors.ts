import { InputError } from '#contract/failure.ts';
import { isExternal } from '../external/reference.ts';
import type { onnx } from '../generated/messages.js';
import type { OnnxModel } from '../model.ts';

/**
 * Refuses tensors inside attributes, subgraphs and functions that keep their data in another file: a runtime would
 * open whatever file they name. `checkNesting` has bounded the depth.
 */
export function checkInnerTensors(model: OnnxModel, name: string): void {
  const inner = [
    ...model.graph.nodes.flatMap(({ attributes }) => attributes),
    ...(model.rest.functions ?? []).flatMap(({ node, attributeProto }) => [
      ...(attributeProto ?? []),
      ...attributesOf(node),
    ]),
  ];
  for (const attribute of inner) {
    const found = tensorsOf(attribute).find(isExternal);
    if (!found) continue;
    throw new InputError(
      'UNSUPPORTED',
      `The attribute ${attribute.name} of a node of ${name} holds the tensor “${found.name ?? ''}”, whose data is in another file; only initializers of the graph may have theirs there.`,
      { remedy: 'Save the model again: onnx.save(onnx.load(path), path, save_as_external_data=True).' },
    );
  }
}

type Attribute = onnx.AttributeProto.$Properties;
type Tensor = onnx.TensorProto.$Properties;

function tensorsOf(attribute: Attribute): readonly Tensor[] {
  return [
    ...(attribute.t ? [attribute.t] : []),
    ...(attribute.tensors ?? []),
    ...partsOf([...(attribute.sparseTensor ? [attribute.sparseTensor] : []), ...(attribute.sparseTensors ?? [])]),
    ...[...(attribute.g ? [attribute.g] : []), ...(attribute.graphs ?? [])].flatMap((graph) => [
      ...(graph.initializer ?? []),
      ...partsOf(graph.sparseInitializer ?? []),
      ...attributesOf(graph.node).flatMap(tensorsOf),
    ]),
  ];
}

function partsOf(sparse: readonly onnx.SparseTensorProto.$Properties[]): readonly Tensor[] {
  return sparse.flatMap(({ values, indices }) => [...(values ? [values] : []), ...(indices ? [indices] : [])]);
}

function attributesOf(nodes: readonly onnx.NodeProto.$Properties[] | null | undefined): readonly Attribute[] {
  return (nodes ?? []).flatMap(({ attribute }) => attribute ?? []);
}
