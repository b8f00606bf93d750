import type { BackendInput, InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { Dtype } from '#engine/formats/dtype.ts';
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
import type { TensorValue } from '#engine/inference/tensor-value.ts';
import { requireCalibration } from '../require-calibration.ts';
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

/** Errors: those of `readOnnxModel`; UNSUPPORTED if it is quantized already; CALIBRATION_MISSING, CALIBRATION_MISMATCH. */
export async function openNetwork({ files }: BackendInput): Promise<Network> {
  const original = await readFloatModel(files.model);
  const run = { sample: await firstSample(original, requireCalibration(files)), name: files.model.name };
  const model = await prepare(original, run);
  const view = viewGraph(model.graph);
  const wanted = [...productShapes(view), ...attentionShapes(view), ...computedWeights(view, original)];
  const shapes = await shapesOf(model, wanted, run);
  const weights = new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const types = await typesOf(model, view, run.name);
  return {
    original,
    model,
    view,
    weights,
    shapeOf: (tensor) => weights.get(tensor)?.shape ?? shapes.get(tensor) ?? null,
    floatType: (tensor) => {
      const dtype = weights.get(tensor)?.dtype ?? types.get(tensor);
      return dtype === 'float32' || dtype === 'float16' ? dtype : null;
    },
  };
}

async function readFloatModel(file: InputFile): Promise<OnnxModel> {
  const model = await readOnnxModel(file.path, file.name);
  const { nodes } = model.graph;
  const quantizers = nodes.filter(({ op }) => op === 'QuantizeLinear' || op === 'DequantizeLinear').length;
  if (quantizers === 0) return model;
  throw new InputError(
    'UNSUPPORTED',
    `${file.name} is quantized already: ${quantizers} of its ${nodes.length} nodes quantize or dequantize.`,
    { remedy: 'Give the float model that it was made from.' },
  );
}

type ShapeRun = { readonly sample: ReadonlyMap<string, TensorValue>; readonly name: string };

/** Final opset, nodes in ModelOpt's order (along which invented names count), names, one reader for each weight. */
async function prepare(original: OnnxModel, run: ShapeRun): Promise<OnnxModel> {
  const old = standardOpset(original) < leastOpset;
  const softmaxes = original.graph.nodes.filter((node) => old && /Softmax$|^Hardmax$/.test(node.op));
  const shapes = await shapesOf(
    original,
    softmaxes.map((node) => node.inputs[0] ?? ''),
    run,
  );
  const ranks = new Map([...shapes].map(([tensor, shape]) => [tensor, shape.length]));
  const raised = raiseOpset(original, run.name, ranks);
  const ordered = { ...raised, graph: { ...raised.graph, nodes: viewGraph(raised.graph).nodes } };
  return splitShared(nameNodes(ordered));
}

function shapesOf(model: OnnxModel, tensors: readonly string[], { sample, name }: ShapeRun) {
  return runShapes(model, { tensors: [...new Set(tensors)], feeds: sample }, { device: 'cpu', name });
}

/** Types of the activations that could be quantized. */
async function typesOf(model: OnnxModel, view: GraphView, name: string): Promise<ReadonlyMap<string, Dtype | null>> {
  const ports = new Map(model.graph.inputs.map((port) => [port.name, port.dtype]));
  const inner = quantizableInputs(view).filter((tensor) => !view.initializers.has(tensor) && !ports.has(tensor));
  return new Map([...ports, ...(await inferTypes(model, [...new Set(inner)], { device: 'cpu', name }))]);
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
