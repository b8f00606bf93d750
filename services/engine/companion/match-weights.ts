import type { OnnxModel } from '../formats/onnx/model.ts';
import { tensorFloats } from '../formats/onnx/tensor.ts';
import type { Checkpoint, CheckpointTensor } from '../formats/pth/checkpoint.ts';
import { withoutPrefix } from '../modules/without-prefix.ts';
import { checkpointNorms, type NamedNorm } from './checkpoint-norms.ts';
import type { CompanionWeight } from './companion.ts';
import { findTransformation } from './find-transformation.ts';
import { type Mismatch, refuseMismatches } from './mismatch.ts';
import { isFloating, readWeight } from './read-weight.ts';
import { type WeightSite, weightSites } from './weight-sites.ts';
import { transformedShape } from './weight-transformation.ts';

export type MatchWeights = {
  readonly checkpoint: Checkpoint;
  readonly graph: OnnxModel;
  readonly prefix: string;
  /** The module that the exporter says a node belongs to, without the prefix; null if it says nothing. */
  moduleOfNode(node: number): string | null;
  readonly graphName: string;
};

/**
 * Ties each weight of rank 2 and more to the constants it became. A site whose module or initializer carries the
 * weight's name has to hold that weight; the others are found by their values. What has the name and not the
 * values, or fits nothing, is an `InputError` GRAPH_MISMATCH.
 */
export async function matchWeights(input: MatchWeights): Promise<CompanionWeight[]> {
  const { checkpoint, graph, prefix } = input;
  const weights = checkpoint.tensors.filter(isWeight);
  const modules = new Set(weights.map((tensor) => moduleOf(tensor, prefix)));
  const sitesOf = groupBy(weightSites(graph), (site) => ownerOf(site, modules, input));
  const norms = await checkpointNorms(checkpoint);
  const free = new Set(sitesOf.get(null));
  const positions = new Map(checkpoint.tensors.map((tensor, position) => [tensor, position]));
  const matched: CompanionWeight[] = [];
  const mismatches: Mismatch[] = [];

  for (const tensor of weights) {
    const module = moduleOf(tensor, prefix);
    const named = sitesOf.get(module) ?? [];
    const candidates = named.length > 0 ? named : [...free].filter((site) => shapesFit(tensor, site));
    if (candidates.length === 0) continue;
    const misfit = named.find((site) => !shapesFit(tensor, site));
    if (misfit) {
      mismatches.push({ tensor, initializer: misfit.constant, difference: 'shape' });
      continue;
    }
    const weight = { values: await readWeight(checkpoint, tensor), shape: tensor.shape };
    const near = nearestFirst(norms, positions.get(tensor) ?? 0);
    for (const group of groupBy(candidates, (site) => site.constant.name).values()) {
      const [site] = group;
      if (!site) continue;
      const found = findTransformation(weight, { site, constant: tensorFloats(site.constant) }, near);
      if (found.kind === 'match') {
        const { transformation } = found;
        matched.push({
          module,
          tensor: tensor.name,
          shape: tensor.shape,
          initializer: site.constant.name,
          transformation,
          sites: group,
        });
        for (const taken of group) free.delete(taken);
        if (named.length === 0) break;
      } else if (named.length > 0) {
        mismatches.push({ tensor, initializer: site.constant, difference: found.largest });
      }
    }
  }
  const isHalf = graph.graph.initializers.some(({ dtype, shape }) => dtype === 'float16' && shape.length >= 2);
  const placed = new Set(matched.map(({ tensor }) => tensor));
  const without = weights.filter(({ name }) => !placed.has(name));
  refuseMismatches({
    graphName: input.graphName,
    mismatches,
    without,
    free: [...free],
    matched: matched.length,
    isHalf,
  });
  return matched;
}

const suffix = '.weight';

/** A tensor that a graph may hold in another form: named `weight`, of floating point numbers, of rank 2 and more. */
export function isWeight(tensor: CheckpointTensor): boolean {
  return tensor.name.endsWith(suffix) && tensor.shape.length >= 2 && isFloating(tensor.dtype);
}

const moduleOf = (tensor: CheckpointTensor, prefix: string): string =>
  withoutPrefix(tensor.name, prefix).slice(0, -suffix.length);

/** By the node's scope, else by the initializer's name: an exporter that folds may put a node into the norm's scope. */
function ownerOf(site: WeightSite, modules: ReadonlySet<string>, input: MatchWeights): string | null {
  const { name } = site.constant;
  const candidates = [input.moduleOfNode(site.node), name.endsWith(suffix) ? name.slice(0, -suffix.length) : null];
  return candidates.find((candidate) => candidate !== null && modules.has(candidate)) ?? null;
}

function shapesFit(tensor: CheckpointTensor, site: WeightSite): boolean {
  const expected = transformedShape(tensor.shape, site.isTransposed);
  return expected.length === site.constant.shape.length && expected.every((size, i) => size === site.constant.shape[i]);
}

/** A BatchNorm usually stands right behind its convolution in the state dict. */
function nearestFirst(norms: readonly NamedNorm[], position: number): NamedNorm[] {
  const distance = ({ position: at }: NamedNorm) => (at > position ? at - position : 1e6 + position - at);
  return norms.toSorted((a, b) => distance(a) - distance(b));
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
