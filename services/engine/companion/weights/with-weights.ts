import type { OnnxModel, OnnxTensor } from '../../formats/onnx/model.ts';
import { makeTensor, tensorLength } from '../../formats/onnx/tensor.ts';
import type { TensorStore } from '../../formats/onnx/tensor-store.ts';
import { freshNames } from '../../graph/fresh-names.ts';
import { encodeFloats, floatsOf, isFloat } from '../../graph/precision/convert-tensor.ts';
import type { Companion, CompanionWeight } from '../companion.ts';
import { isRecurrent } from '../recurrent/recurrent-gates.ts';
import { transposed } from './compare-weights.ts';
import type { WeightSource } from './weight-source.ts';
import { channelsOf, transformedShape, transformWeight } from './weight-transformation.ts';

/** Where the new weights come from, and where the constants go that they become: memory holds one of them. */
export type NewWeights = { readonly weights: WeightSource; readonly store: TensorStore };

/**
 * The companion with other weights in the place of its own, each brought there as the export brought the
 * original: transposed, with its BatchNorm folded in, its gates in ONNX's order. A weight that the graph does not use
 * changes nothing. Weights that are tied in one constant and no longer the same get a constant each.
 */
export async function withWeights(companion: Companion, { weights, store }: NewWeights): Promise<OnnxModel> {
  const { graph } = companion.graph;
  const inConstant = byConstant(companion.weights);
  const freshName = freshNames(graph);
  const initializers: OnnxTensor[] = [];
  const added: OnnxTensor[] = [];
  const reads = new Map<string, string>();
  for (const constant of graph.initializers) {
    const all = inConstant.get(constant.name) ?? [];
    const changed = all.filter(({ tensor }) => weights.has(tensor));
    const own = changed.filter((weight) => !all.some((other) => isTied(weight, other)));
    initializers.push(own.length > 0 ? await store.put(await overwritten(constant, own, weights)) : constant);
    for (const weight of changed.filter((one) => !own.includes(one))) {
      const values = await transformed(weight, weights);
      for (const site of weight.sites) {
        const name = freshName(weight.tensor);
        reads.set(`${site.node}/${site.weightInput}`, name);
        added.push(await store.put(besides(constant, { name, weight, isTurned: site.isTurned, values })));
      }
    }
  }
  const nodes = graph.nodes.map((node, index) => ({
    ...node,
    inputs: node.inputs.map((name, input) => reads.get(`${index}/${input}`) ?? name),
  }));
  return { ...companion.graph, graph: { ...graph, nodes, initializers: [...initializers, ...added] } };
}

function byConstant(weights: readonly CompanionWeight[]): ReadonlyMap<string, readonly CompanionWeight[]> {
  const groups = new Map<string, CompanionWeight[]>();
  for (const weight of weights) groups.set(weight.initializer, [...(groups.get(weight.initializer) ?? []), weight]);
  return groups;
}

/** Another weight in the same place of the same constant. Of recurrent layers nodes in between put constants together, so theirs stay one. */
const isTied = (a: CompanionWeight, b: CompanionWeight): boolean =>
  a !== b &&
  a.transformation.part?.index === b.transformation.part?.index &&
  !a.sites.some(({ op }) => isRecurrent(op));

async function transformed(weight: CompanionWeight, weights: WeightSource): Promise<Float32Array> {
  const { tensor, shape, transformation, sites } = weight;
  return transformWeight({ values: await weights.read(tensor), shape }, transformation, channelsOf(shape, sites[0]));
}

/** The constant as its weights are now; what of it none of them fills stays. */
async function overwritten(
  constant: OnnxTensor,
  changed: readonly CompanionWeight[],
  weights: WeightSource,
): Promise<OnnxTensor> {
  const { name, shape } = constant;
  const [only, ...others] = changed;
  if (only && others.length === 0 && only.transformation.part === null) {
    return storedAs(constant, { name, shape, values: await transformed(only, weights) });
  }
  const values = floatsOf(constant);
  for (const weight of changed) {
    const part = await transformed(weight, weights);
    values.set(part, (weight.transformation.part?.index ?? 0) * part.length);
  }
  return storedAs(constant, { name, shape, values });
}

type Added = {
  readonly name: string;
  readonly weight: CompanionWeight;
  readonly isTurned: boolean;
  readonly values: Float32Array;
};

/** A constant for one of those that share one, which the node that multiplies with it reads in its place. */
function besides(shared: OnnxTensor, { name, weight, isTurned, values }: Added): OnnxTensor {
  const shape = transformedShape(weight.shape, weight.transformation.isTransposed);
  const [rows = 0, columns = 0] = shape;
  return isTurned
    ? storedAs(shared, { name, shape: shape.toReversed(), values: transposed(values, rows, columns) })
    : storedAs(shared, { name, shape, values });
}

type Contents = { readonly name: string; readonly shape: readonly number[]; readonly values: Float32Array };

/** In the number format of the constant that it replaces. */
function storedAs({ dtype }: OnnxTensor, { name, shape, values }: Contents): OnnxTensor {
  const format = isFloat(dtype) ? dtype : 'float32';
  const bytes =
    format === 'float32'
      ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
      : encodeFloats[format](values);
  const tensor = makeTensor({ name, dtype: format, shape }, bytes);
  if (bytes.length !== tensorLength(tensor))
    throw new Error(`${name} of shape [${shape.join(', ')}] got ${bytes.length} bytes`);
  return tensor;
}
