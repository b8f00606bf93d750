import type { BackendInput, InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { Dtype } from '#engine/formats/dtype.ts';
import { type OnnxModel, type OnnxTensor, standardOpset } from '#engine/formats/onnx/model.ts';
import { importDomains, undeclaredDomains } from '#engine/formats/onnx/opset-imports.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import type { Operator } from '#engine/graph/computable/custom-operators.ts';
import { type Cut, cutCustom } from '#engine/graph/computable/cut-custom.ts';
import { overrideShapes } from '#engine/graph/prepare/override-shapes.ts';
import { leastOpset } from '#engine/graph/prepare/raise-opset.ts';
import type { StoredWeight } from '#engine/graph/prepare/store-weights.ts';
import { int8Ops, quantizedInputs } from '#engine/graph/quantizable-ops.ts';
import { type GraphView, viewGraph } from '#engine/graph/view.ts';
import { inferTypes } from '#engine/inference/infer-types.ts';
import { batchSizeOf, firstBatch } from './calibration-data.ts';
import { conventionsOf } from './conventions.ts';
import { keptOperators } from './custom-operators.ts';
import { namedShapes } from './named-shapes.ts';
import { operatorsOf } from './operators.ts';
import { prepare } from './prepare.ts';
import { type GraphShapes, shapeRun, shapesOf } from './shapes.ts';

/** The model in the form that is quantized: named, at its final opset, each weight with one reader. */
export type Network = {
  /** As it was uploaded, with the shapes that the recipe fixes: what the result is compared with. */
  readonly original: OnnxModel;
  readonly model: OnnxModel;
  readonly view: GraphView;
  /** Operators that ONNX Runtime lacks; nothing that depends on their nodes is ever computed. */
  readonly lacking: readonly Operator[];
  /** Domains of operators that the uploaded model does not import; what is here does. */
  readonly undeclared: readonly string[];
  /** The model cut before them. */
  readonly cut: Cut;
  readonly weights: ReadonlyMap<string, OnnxTensor>;
  readonly stored: readonly StoredWeight[];
  readonly shapes: GraphShapes;
  /** It holds Q/DQ already, and `compat` gives such a model back as it is. */
  readonly isQuantized: boolean;
  /** The element type of a tensor; null: not looked at, or one that has no place here. */
  typeOf(tensor: string): Dtype | null;
  /** The floating-point type of a tensor that can be quantized. */
  floatType(tensor: string): 'float32' | 'float16' | null;
};

/** Errors: those of `readOnnxModel` and `keptOperators`; UNSUPPORTED if it is quantized already; CALIBRATION_MISSING, CALIBRATION_MISMATCH. */
export async function openNetwork({ files }: BackendInput, settings: OnnxSettings): Promise<Network> {
  const { name } = files.model;
  const read = await readOnnxModel(files.model);
  const undeclared = undeclaredDomains(read);
  const given = importDomains(read, undeclared);
  const original = overrideShapes(
    given,
    namedShapes('override_shapes', settings.override_shapes, given.graph.inputs),
    name,
  );
  const isQuantized = original.graph.nodes.some(isQuantizer);
  if (isQuantized && conventionsOf(settings).quantizedModels === 'refused')
    throw quantizedAlready(original, files.model);

  const lacking = await keptOperators(original, settings, name);
  const feeds = await firstBatch(original, { files, settings }, batchSizeOf(original, settings));
  const { model, stored } = await prepare(original, settings, shapeRun({ name, lacking, feeds }));
  const view = viewGraph(model.graph);
  const cut = cutCustom(model, lacking);
  const weights = new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const computed = computedWeights(view, original, settings);
  const shapes = await shapesOf({ model, view, weights: computed }, settings, { name, lacking, files, feeds });
  const types = await typesOf(view, cut, { settings, name });
  const typeOf = (tensor: string) => weights.get(tensor)?.dtype ?? types.get(tensor) ?? null;
  return {
    original,
    model,
    view,
    lacking,
    undeclared,
    cut,
    weights,
    stored,
    shapes,
    isQuantized,
    typeOf,
    floatType: (tensor) => {
      const dtype = typeOf(tensor);
      return dtype === 'float32' || dtype === 'float16' ? dtype : null;
    },
  };
}

function isQuantizer({ op }: { readonly op: string }): boolean {
  return op === 'QuantizeLinear' || op === 'DequantizeLinear';
}

function quantizedAlready({ graph }: OnnxModel, file: InputFile): InputError {
  const quantizers = graph.nodes.filter(isQuantizer).length;
  return new InputError(
    'UNSUPPORTED',
    `${file.name} is quantized already: ${quantizers} of its ${graph.nodes.length} nodes quantize or dequantize.`,
    { remedy: 'Give the float model that it was made from.' },
  );
}

/** Types of the activations that can be computed and could be quantized; of all tensors, if what stays float changes its type. */
async function typesOf(
  view: GraphView,
  { model, origins }: Cut,
  { settings, name }: { readonly settings: OnnxSettings; readonly name: string },
): Promise<ReadonlyMap<string, Dtype | null>> {
  const ports = new Map(model.graph.inputs.map((port) => [port.name, port.dtype]));
  const wanted =
    settings.high_precision_dtype === 'fp32'
      ? quantizableTensors(view, operatorsOf(model, settings))
      : view.nodes.flatMap((node) => node.outputs);
  const isInner = (tensor: string) => tensor !== '' && !view.initializers.has(tensor) && !ports.has(tensor);
  const inner = wanted.filter((tensor) => isInner(tensor) && !origins.has(tensor));
  return new Map([...ports, ...(await inferTypes(model, [...new Set(inner)], { device: 'cpu', name }))]);
}

/** Inputs of nodes that could be quantized, and outputs that share their input's scale. */
function quantizableTensors(view: GraphView, operators: ReadonlySet<string>): readonly string[] {
  return view.nodes
    .filter((node) => node.domain === '' && (int8Ops.has(node.op) || operators.has(node.op)))
    .flatMap((node) => [...node.inputs, ...(quantizedInputs(node.op) === 'gathered' ? node.outputs : [])]);
}

/**
 * Weights of convolutions that nodes compute. ModelOpt knows their shapes in FP8, and in INT8 only where its opset
 * conversion, which infers shapes, has run; a model that is new enough loses them, and its convolution is left out.
 */
function computedWeights(view: GraphView, original: OnnxModel, { mode }: OnnxSettings): readonly string[] {
  if (mode === 'int8' && standardOpset(original) >= leastOpset) return [];
  return view.nodes
    .filter((node) => node.op === 'Conv')
    .map((node) => node.inputs[1] ?? '')
    .filter((tensor) => !view.initializers.has(tensor));
}
