import type { OnnxModel, OnnxTensor } from '../../formats/onnx/model.ts';
import type { Checkpoint, CheckpointTensor } from '../../formats/pth/checkpoint.ts';
import { withoutPrefix } from '../../modules/without-prefix.ts';
import { isFloating } from '../../numerics/as-float32.ts';
import type { CompanionWeight, RecurrentSite } from '../companion.ts';
import { type Mismatch, refuseMismatches } from '../mismatch.ts';
import { readWeight } from '../read-weight.ts';
import { matchRecurrent } from '../recurrent/match-recurrent.ts';
import { accountConstants } from './account-constants.ts';
import { checkpointNorms, type NamedNorm } from './checkpoint-norms.ts';
import { findTransformation } from './find-transformation.ts';
import { foldedEmbeddings } from './folded-modules.ts';
import { isWeight, weightSuffix } from './is-weight.ts';
import { storedWeight } from './stored-weight.ts';
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

export type MatchedWeights = {
  /** In the checkpoint's order. */
  readonly weights: readonly CompanionWeight[];
  readonly recurrent: readonly RecurrentSite[];
  /** Embeddings that were looked up while exporting. */
  readonly lookedUp: readonly CompanionWeight[];
  /** Constants that nothing in the checkpoint became. */
  readonly strange: readonly OnnxTensor[];
  /** Matrices and kernels of the checkpoint that the graph does not have. */
  readonly unused: readonly CheckpointTensor[];
};

/**
 * Ties each weight of rank 2 and more to the constants it became. A site whose module or initializer carries the
 * weight's name has to hold that weight; the others are found by their values. What has the name and not the
 * values, or fits nothing, is an `InputError` GRAPH_MISMATCH; so are other tensors (`accountConstants`).
 */
export async function matchWeights(input: MatchWeights): Promise<MatchedWeights> {
  const { checkpoint, graph, prefix } = input;
  const weights = checkpoint.tensors.filter(isWeight);
  const modules = new Set(weights.map((tensor) => moduleOf(tensor, prefix)));
  const sitesOf = groupBy(weightSites(graph), (site) => ownerOf(site, modules, input));
  const search: Search = {
    input,
    sitesOf,
    free: new Set(sitesOf.get(null)),
    norms: await checkpointNorms(checkpoint),
    positions: new Map(checkpoint.tensors.map((tensor, position) => [tensor, position])),
  };
  const matched: CompanionWeight[] = [];
  const mismatches: Mismatch[] = [];
  for (const tensor of weights) {
    const found = await matchTensor(tensor, search);
    matched.push(...found.matched);
    mismatches.push(...found.mismatches);
  }
  const recurrent = await matchRecurrent(input);
  const placed = new Set(matched.map(({ tensor }) => tensor));
  const unequal = [...mismatches, ...recurrent.mismatches];
  const differing = new Set(unequal.map(({ tensor }) => tensor.name));
  const left = weights.filter(({ name }) => !placed.has(name) && !differing.has(name));
  const lookedUp = await foldedEmbeddings(
    checkpoint,
    graph,
    left.map((tensor) => ({ tensor, module: moduleOf(tensor, prefix) })),
  );
  const found = [...matched, ...recurrent.weights, ...lookedUp];
  const compared = new Set([...found.map(({ tensor }) => tensor), ...differing]);
  const others = await accountConstants(input, { weights: found, recurrent: recurrent.sites, compared });
  const known = new Set([...compared, ...others.used]);
  const unused = checkpoint.tensors.filter((tensor) => isMatrix(tensor) && !known.has(tensor.name));
  const strange = new Set(others.strange.map(({ name }) => name));
  refuseMismatches({
    graphName: input.graphName,
    mismatches: [...unequal, ...others.mismatches],
    without: [...weights, ...recurrent.without].filter(({ name }) => !known.has(name)),
    idle: unused.filter(({ name }) => !isParametrized(name)),
    free: [...search.free].filter(({ constant }) => strange.has(constant.name)),
    matched: placed.size + new Set(recurrent.weights.map(({ tensor }) => tensor)).size,
    compared: known.size,
  });
  const positions = new Map(checkpoint.tensors.map(({ name }, position) => [name, position]));
  const place = ({ tensor }: CompanionWeight) => positions.get(tensor) ?? 0;
  return {
    weights: [...matched, ...recurrent.weights].toSorted((a, b) => place(a) - place(b)),
    recurrent: recurrent.sites,
    lookedUp,
    strange: others.strange,
    unused,
  };
}

const isMatrix = ({ dtype, shape }: CheckpointTensor): boolean => isFloating(dtype) && shape.length >= 2;

/** What `weight_norm` and `spectral_norm` compute a weight from, by the names that PyTorch gives it. */
const isParametrized = (name: string): boolean => /\.parametrizations\.|(^|\.)\w+_(orig|g|v)$/.test(name);

type Search = {
  readonly input: MatchWeights;
  /** By the module that they name; null: they name none of the checkpoint's. */
  readonly sitesOf: ReadonlyMap<string | null, readonly WeightSite[]>;
  /** Sites without an owner that no weight has been found in yet. */
  readonly free: Set<WeightSite>;
  readonly norms: readonly NamedNorm[];
  readonly positions: ReadonlyMap<CheckpointTensor, number>;
};

type Found = { readonly matched: readonly CompanionWeight[]; readonly mismatches: readonly Mismatch[] };

/** One weight against the sites with its name, all of which have to hold it, or else against those without any: the first that does is its. */
async function matchTensor(tensor: CheckpointTensor, search: Search): Promise<Found> {
  const { checkpoint, prefix } = search.input;
  const module = moduleOf(tensor, prefix);
  const named = search.sitesOf.get(module) ?? [];
  const misfit = named.find((site) => !shapesFit(tensor, site));
  if (misfit) return { matched: [], mismatches: [{ tensor, initializer: misfit.constant, difference: 'shape' }] };
  const candidates = named.length > 0 ? named : [...search.free].filter((site) => shapesFit(tensor, site));
  if (candidates.length === 0) return { matched: [], mismatches: [] };

  const weight = { values: await readWeight(checkpoint, tensor), shape: tensor.shape };
  const near = nearestFirst(search.norms, search.positions.get(tensor) ?? 0);
  const matched: CompanionWeight[] = [];
  const mismatches: Mismatch[] = [];
  for (const sites of groupBy(candidates, (site) => site.constant.name).values()) {
    const [site] = sites;
    if (!site) continue;
    const found = findTransformation(weight, { site, constant: storedWeight(site.constant) }, near);
    if (found.kind === 'differs') {
      if (named.length > 0) mismatches.push({ tensor, initializer: site.constant, difference: found.largest });
      continue;
    }
    const { transformation } = found;
    const { name: initializer } = site.constant;
    matched.push({ module, tensor: tensor.name, shape: tensor.shape, initializer, transformation, sites });
    for (const taken of sites) search.free.delete(taken);
    if (named.length === 0) break;
  }
  return { matched, mismatches };
}

const moduleOf = (tensor: CheckpointTensor, prefix: string): string =>
  withoutPrefix(tensor.name, prefix).slice(0, -weightSuffix.length);

/** By the node's scope, else by the initializer's name: an exporter that folds may put a node into the norm's scope. */
function ownerOf(site: WeightSite, modules: ReadonlySet<string>, input: MatchWeights): string | null {
  const { name } = site.constant;
  const candidates = [
    input.moduleOfNode(site.node),
    name.endsWith(weightSuffix) ? name.slice(0, -weightSuffix.length) : null,
  ];
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
