import type { InputFiles } from '#contract/backend.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import { dtypes } from '#engine/formats/dtype.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import type { Operator } from '#engine/graph/computable/custom-operators.ts';
import { cutCustom } from '#engine/graph/computable/cut-custom.ts';
import { attentionShapes } from '#engine/graph/exclude/exclude-attention.ts';
import { productShapes, type ShapeOf } from '#engine/graph/exclude/exclude-products.ts';
import type { GraphView } from '#engine/graph/view.ts';
import { runShapes } from '#engine/inference/run-shapes.ts';
import type { TensorValue } from '#engine/inference/tensor-value.ts';
import { batchSizeOf, firstBatch } from './calibration-data.ts';
import { conventionsOf } from './conventions.ts';
import { namedShapes } from './named-shapes.ts';

/** One run of a graph, of which only shapes are kept; none of tensors that depend on operators that are lacking. */
export type ShapeRun = {
  readonly name: string;
  readonly lacking: readonly Operator[];
  shapesOf(model: OnnxModel, tensors: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>>;
};

type Feeds = ReadonlyMap<string, TensorValue>;

export function shapeRun({ name, lacking, feeds }: Pick<ShapeRun, 'name' | 'lacking'> & { feeds: Feeds }): ShapeRun {
  return {
    name,
    lacking,
    async shapesOf(model, tensors) {
      const [shapes] = await shapesOn([feeds], { name, lacking, model, tensors });
      return shapes ?? new Map();
    },
  };
}

type Shapes = ReadonlyMap<string, readonly number[]>;
type Asked = Pick<ShapeRun, 'name' | 'lacking'> & { readonly model: OnnxModel; readonly tensors: readonly string[] };

/** One session for all feeds: it takes longer to open than to run once. */
async function shapesOn(feeds: readonly Feeds[], { name, lacking, model, tensors }: Asked): Promise<readonly Shapes[]> {
  const { model: computable, origins } = cutCustom(model, lacking);
  const wanted = new Set(tensors.filter((tensor) => !origins.has(tensor)));
  return runShapes(computable, { tensors: [...wanted], feeds }, { device: 'cpu', name });
}

/** Shapes that decide which nodes are worth quantizing; of initializers, their own. */
export type GraphShapes = {
  readonly products: ShapeOf;
  /** Of matrix products as ModelOpt sees them, which takes one sample of an open batch; null where that is the same. */
  readonly productsOfOne: ShapeOf | null;
  readonly others: ShapeOf;
};

/** `weights` are tensors that a convolution reads as its weight although a node computes them. */
export async function shapesOf(
  graph: { readonly model: OnnxModel; readonly view: GraphView; readonly weights: readonly string[] },
  settings: OnnxSettings,
  run: Pick<ShapeRun, 'name' | 'lacking'> & { readonly files: InputFiles; readonly feeds: Feeds },
): Promise<GraphShapes> {
  const { model, view } = graph;
  const known = new Map(model.graph.initializers.map((tensor) => [tensor.name, tensor.shape]));
  const lookUp = (shapes: Shapes): ShapeOf => {
    return (tensor) => known.get(tensor) ?? shapes.get(tensor) ?? null;
  };
  const products = productShapes(view);
  const others = [...attentionShapes(view), ...graph.weights];
  const given = feedsOfShapes(model, settings);
  if (given) {
    const seen = await shapeRun(run).shapesOf(model, others);
    const inferred = await shapeRun({ ...run, feeds: given }).shapesOf(model, products);
    return { products: lookUp(inferred), productsOfOne: null, others: lookUp(seen) };
  }
  const one = await feedsOfOne(model, settings, run.files);
  const asked = { ...run, model, tensors: [...products, ...others] };
  const [seen, seenByModelOpt] = await shapesOn(one ? [run.feeds, one] : [run.feeds], asked);
  const ofBatch = lookUp(seen ?? new Map());
  return { products: ofBatch, productsOfOne: seenByModelOpt ? lookUp(seenByModelOpt) : null, others: ofBatch };
}

/** Zeros in the shapes of `calibration_shapes`, 1 for every other open dimension; null without that option. */
function feedsOfShapes(model: OnnxModel, settings: OnnxSettings): Feeds | null {
  if (settings.calibration_shapes === null) return null;
  const shapes = namedShapes('calibration_shapes', settings.calibration_shapes, model.graph.inputs);
  return new Map(
    model.graph.inputs.map((port) => {
      const dtype = port.dtype ?? 'float32';
      const open = (port.shape ?? []).map((size) => (typeof size === 'number' ? size : 1));
      const shape = shapes.get(port.name) ?? open;
      return [port.name, { dtype, shape, bytes: new Uint8Array(elementCount(shape) * dtypes[dtype].bytes) }];
    }),
  );
}

/** The first sample alone, where the graph leaves its batch open and a larger batch is looked at here. */
async function feedsOfOne(model: OnnxModel, settings: OnnxSettings, files: InputFiles): Promise<Feeds | null> {
  const open = model.graph.inputs.some((port) => typeof port.shape?.[0] !== 'number');
  if (!open || conventionsOf(settings).openBatch === 1 || batchSizeOf(model, settings) === 1) return null;
  return firstBatch(model, { files, settings }, 1);
}
