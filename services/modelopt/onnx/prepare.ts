import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import { type OnnxModel, standardOpset } from '#engine/formats/onnx/model.ts';
import { cutCustom } from '#engine/graph/computable/cut-custom.ts';
import { nameNodes } from '#engine/graph/prepare/name-nodes.ts';
import { leastOpset, raiseOpset } from '#engine/graph/prepare/raise-opset.ts';
import { simplify } from '#engine/graph/prepare/simplify/simplify.ts';
import { splitShared } from '#engine/graph/prepare/split-shared.ts';
import { type StoredWeight, storeWeights } from '#engine/graph/prepare/store-weights.ts';
import { viewGraph } from '#engine/graph/view.ts';
import { evaluateConstants } from '#engine/inference/evaluate-constants.ts';
import { inferShapes } from '#engine/inference/infer-shapes.ts';
import { conventionsOf } from './conventions.ts';
import type { ShapeRun } from './shapes.ts';

export type Prepared = {
  readonly model: OnnxModel;
  /** Weights that stood behind nodes and are initializers now. */
  readonly stored: readonly StoredWeight[];
};

/** The least opset whose Q/DQ take scales of the type that everything else is computed in. */
const opsetFor = { fp32: leastOpset, fp16: leastOpset, bf16: 22 } as const;

/** Final opset, nodes in ModelOpt's order (along which invented names count), names, one reader for each weight. */
export async function prepare(original: OnnxModel, settings: OnnxSettings, run: ShapeRun): Promise<Prepared> {
  const raised = raiseOpset(original, {
    name: run.name,
    atLeast: Math.max(settings.opset ?? 0, opsetFor[settings.high_precision_dtype]),
    ranks: await ranksOfOldSoftmaxes(original, run),
  });
  const simple = settings.simplify ? await simplified(raised, run) : raised;
  const ordered = { ...simple, graph: { ...simple.graph, nodes: viewGraph(simple.graph).nodes } };
  const named = nameNodes(ordered);
  const { model, stored } =
    conventionsOf(settings).weights === 'stored' ? storeWeights(named) : { model: named, stored: [] };
  return { model: settings.enable_shared_constants_duplication ? splitShared(model) : model, stored };
}

async function simplified(model: OnnxModel, { name, lacking }: ShapeRun): Promise<OnnxModel> {
  const cut = cutCustom(model, lacking);
  const measured = cut.model.graph.nodes.flatMap(({ op, inputs }) => (op === 'Shape' ? inputs.slice(0, 1) : []));
  return simplify(model, {
    evaluate: (constants) => evaluateConstants(constants, name),
    shapes: await inferShapes(cut.model, [...new Set(measured)], { device: 'cpu', name }),
  });
}

/** A Softmax of an old opset runs over several dimensions at once, unless its axis is the last. */
async function ranksOfOldSoftmaxes(original: OnnxModel, run: ShapeRun): Promise<ReadonlyMap<string, number>> {
  const old = standardOpset(original) < leastOpset;
  const softmaxes = original.graph.nodes.filter((node) => old && /Softmax$|^Hardmax$/.test(node.op));
  const shapes = await run.shapesOf(
    original,
    softmaxes.map((node) => node.inputs[0] ?? ''),
  );
  const declared = [...original.graph.valueInfo, ...original.graph.outputs];
  return new Map([
    ...declared.flatMap(({ name, shape }) => (shape ? [[name, shape.length] as const] : [])),
    ...[...shapes].map(([tensor, shape]) => [tensor, shape.length] as const),
  ]);
}
