import { makeInts } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { renameTensor, tensorLength } from '#engine/formats/onnx/tensor.ts';
import { freshNames } from '../fresh-names.ts';

/** What a runtime gets in a buffer that is gone once it has loaded the model. */
const mostGiven = 1 << 28;

/**
 * The model for a runtime: initializers that are another tensor permuted become Transposes of it again, so that the
 * runtime maps its file. Where they are small together, they stay as they are, and are permuted once instead of in every run.
 */
export function keepTransposes(model: OnnxModel, most = mostGiven): OnnxModel {
  const { graph } = model;
  const permuted = graph.initializers.filter((tensor) => tensor.source?.permutes);
  if (permuted.reduce((sum, tensor) => sum + tensorLength(tensor), 0) <= most) return model;
  const freshName = freshNames(graph);
  const nodes: OnnxNode[] = [];
  const initializers = graph.initializers.map((tensor) => {
    const permutes = tensor.source?.permutes;
    if (!permutes) return tensor;
    const stored = renameTensor(permutes.tensor, freshName(`${tensor.name}_stored`));
    nodes.push(transpose(stored, tensor.name, permutes.order));
    return stored;
  });
  return { ...model, graph: { ...graph, nodes: [...nodes, ...graph.nodes], initializers } };
}

function transpose({ name }: OnnxTensor, output: string, order: readonly number[]): OnnxNode {
  return {
    name: `${name}_Transpose`,
    op: 'Transpose',
    domain: '',
    inputs: [name],
    outputs: [output],
    attributes: [makeInts('perm', order)],
    rest: {},
  };
}
