import type { OnnxModel, OnnxTensor } from '../../formats/onnx/model.ts';
import { makeTensor } from '../../formats/onnx/tensor.ts';
import { freshNames } from '../../graph/fresh-names.ts';
import { encodeFloats, floatsOf, isFloat } from '../../graph/precision/convert-tensor.ts';
import type { Companion, CompanionWeight } from '../companion.ts';
import { isRecurrent } from '../recurrent/recurrent-gates.ts';
import { transposed } from './compare-weights.ts';
import { channelsOf, transformedShape, transformWeight } from './weight-transformation.ts';

/**
 * The companion with other weights in the place of its own, each brought there as the export brought the
 * original: transposed, with its BatchNorm folded in, its gates in ONNX's order. `replacements` maps tensor names of
 * the checkpoint to values in the checkpoint's shape. A name that the graph does not use changes nothing. Weights that
 * are tied in one constant and no longer the same get a constant each.
 */
export function withWeights(companion: Companion, replacements: ReadonlyMap<string, Float32Array>): OnnxModel {
  const model = companion.graph;
  const changes = companion.weights.flatMap((weight): Change[] => {
    const values = replacements.get(weight.tensor);
    return values ? [{ weight, values: transformed(weight, values) }] : [];
  });
  const isOwn = ({ weight }: Change) => !companion.weights.some((other) => isTied(weight, other));
  const own = changes.filter(isOwn);
  const added = besides(
    model,
    changes.filter((change) => !isOwn(change)),
  );
  const initializers = model.graph.initializers.map((tensor) => overwritten(tensor, own));
  return {
    ...model,
    graph: {
      ...model.graph,
      nodes: model.graph.nodes.map((node, index) => ({
        ...node,
        inputs: node.inputs.map((name, input) => added.reads.get(`${index}/${input}`) ?? name),
      })),
      initializers: [...initializers, ...added.constants],
    },
  };
}

type Change = { readonly weight: CompanionWeight; readonly values: Float32Array };

function transformed({ shape, transformation, sites }: CompanionWeight, values: Float32Array): Float32Array {
  return transformWeight({ values, shape }, transformation, channelsOf(shape, sites[0]));
}

/** Another weight in the same place of the same constant. Of recurrent layers nodes in between put constants together, so theirs stay one. */
const isTied = (a: CompanionWeight, b: CompanionWeight): boolean =>
  a !== b &&
  a.initializer === b.initializer &&
  a.transformation.part?.index === b.transformation.part?.index &&
  !a.sites.some(({ op }) => isRecurrent(op));

function overwritten(tensor: OnnxTensor, all: readonly Change[]): OnnxTensor {
  const changes = all.filter(({ weight }) => weight.initializer === tensor.name);
  if (changes.length === 0) return tensor;
  const values = floatsOf(tensor);
  for (const change of changes) {
    values.set(change.values, (change.weight.transformation.part?.index ?? 0) * change.values.length);
  }
  return storedAs(tensor, { name: tensor.name, shape: tensor.shape, values });
}

type Added = { readonly constants: readonly OnnxTensor[]; readonly reads: ReadonlyMap<string, string> };

/** A constant for each, which the nodes that multiply with it read in the place of the shared one. */
function besides({ graph }: OnnxModel, changes: readonly Change[]): Added {
  const freshName = freshNames(graph);
  const reads = new Map<string, string>();
  const constants = changes.flatMap(({ weight: { shape, initializer, tensor, transformation, sites }, values }) => {
    const original = graph.initializers.find(({ name }) => name === initializer);
    const inGraph = transformedShape(shape, transformation.isTransposed);
    return original
      ? sites.map((site) => {
          const name = freshName(tensor);
          reads.set(`${site.node}/${site.weightInput}`, name);
          const [rows = 0, columns = 0] = inGraph;
          return site.isTurned
            ? storedAs(original, { name, shape: inGraph.toReversed(), values: transposed(values, rows, columns) })
            : storedAs(original, { name, shape: inGraph, values });
        })
      : [];
  });
  return { constants, reads };
}

type Contents = { readonly name: string; readonly shape: readonly number[]; readonly values: Float32Array };

/** In the number format of the constant that it replaces. */
function storedAs({ dtype }: OnnxTensor, { name, shape, values }: Contents): OnnxTensor {
  const format = isFloat(dtype) ? dtype : 'float32';
  return makeTensor({ name, dtype: format, shape }, encodeFloats[format](values));
}
