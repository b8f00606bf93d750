import type { BackendInput } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { type OnnxModel, type OnnxTensor, standardOpset } from '#engine/formats/onnx/model.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { attentionShapes } from '#engine/graph/exclude/exclude-attention.ts';
import { productShapes } from '#engine/graph/exclude/exclude-products.ts';
import { isQuantizable } from '#engine/graph/op-types.ts';
import { nameNodes } from '#engine/graph/prepare/name-nodes.ts';
import { leastOpset, raiseOpset } from '#engine/graph/prepare/raise-opset.ts';
import { splitShared } from '#engine/graph/prepare/split-shared.ts';
import { type GraphView, viewGraph } from '#engine/graph/view.ts';
import { inferTypes } from '#engine/inference/infer-types.ts';
import { runShapes } from '#engine/inference/run-shapes.ts';
import { firstSample } from './first-sample.ts';

/** The model in the form that is quantized: named, at its final opset, each weight with one reader. */
export type Network = {
  /** As it was uploaded, for the comparison at the end. */
  readonly original: OnnxModel;
  readonly model: OnnxModel;
  readonly view: GraphView;
  readonly weights: ReadonlyMap<string, OnnxTensor>;
  /** Shapes in the first calibration batch; of initializers, their own. null: not known. */
  shapeOf(tensor: string): readonly number[] | null;
  /** The floating-point type of a tensor that can be quantized. */
  floatType(tensor: string): 'float32' | 'float16' | null;
};

export async function openNetwork(input: BackendInput): Promise<Network> {
  const { model: file } = input.files;
  const original = await readOnnxModel(file.path, file.name);
  const quantizers = original.graph.nodes.filter(
    (node) => node.op === 'QuantizeLinear' || node.op === 'DequantizeLinear',
  );
  if (quantizers.length > 0) {
    throw new InputError(
      'UNSUPPORTED',
      `${file.name} is quantized already: ${quantizers.length} of its ${original.graph.nodes.length} nodes quantize or dequantize.`,
      {
        remedy: 'Upload the float model.',
      },
    );
  }
  const options = { device: 'cpu', name: file.name };
  const sample = await firstSample(original, input.files.calibration);
  const softmaxInputs =
    standardOpset(original) < leastOpset
      ? original.graph.nodes.filter((node) => /Softmax$|^Hardmax$/.test(node.op)).map((node) => node.inputs[0] ?? '')
      : [];
  const softmaxShapes = await runShapes(original, { tensors: [...new Set(softmaxInputs)], feeds: sample }, options);
  const ranks = new Map([...softmaxShapes].map(([tensor, shape]) => [tensor, shape.length]));
  const model = splitShared(nameNodes(byDepth(raiseOpset(original, file.name, ranks))));
  const view = viewGraph(model.graph);

  const wanted = new Set([...productShapes(view), ...attentionShapes(view), ...computedWeights(view, original)]);
  const shapes = await runShapes(model, { tensors: [...wanted], feeds: sample }, options);
  const weights = new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const ports = new Map(model.graph.inputs.map((port) => [port.name, port.dtype]));
  const inner = new Set(quantizableInputs(view).filter((tensor) => !weights.has(tensor) && !ports.has(tensor)));
  const types = await inferTypes(model, [...inner], options);
  return {
    original,
    model,
    view,
    weights,
    shapeOf: (tensor) => weights.get(tensor)?.shape ?? shapes.get(tensor) ?? null,
    floatType: (tensor) => {
      const dtype = weights.get(tensor)?.dtype ?? ports.get(tensor) ?? types.get(tensor);
      return dtype === 'float32' || dtype === 'float16' ? dtype : null;
    },
  };
}

function quantizableInputs(view: GraphView): readonly string[] {
  return view.nodes
    .filter((node) => isQuantizable(node.op))
    .flatMap((node) => node.inputs)
    .filter((tensor) => tensor !== '');
}

/**
 * Weights of convolutions that nodes compute. ModelOpt knows their shapes only where its opset conversion, which
 * infers shapes, has run; a model that is new enough already loses them, and its convolution is left out.
 */
function computedWeights(view: GraphView, original: OnnxModel): readonly string[] {
  if (standardOpset(original) >= leastOpset) return [];
  return view.nodes
    .filter((node) => node.op === 'Conv')
    .map((node) => node.inputs[1] ?? '')
    .filter((tensor) => !view.initializers.has(tensor));
}

/** In the order that ModelOpt brings nodes into first: invented names count along it. */
function byDepth(model: OnnxModel): OnnxModel {
  return { ...model, graph: { ...model.graph, nodes: viewGraph(model.graph).nodes } };
}
