import type { Checkpoint, CheckpointTensor } from '../../formats/pth/checkpoint.ts';
import type { CompanionWeight, RecurrentSite } from '../companion.ts';
import type { Mismatch } from '../mismatch.ts';
import { readWeight } from '../read-weight.ts';
import { largestDifference } from '../weights/compare-weights.ts';
import type { MatchWeights } from '../weights/match-weights.ts';
import { isCopy, type StoredWeight, storedWeight } from '../weights/stored-weight.ts';
import { asItIs, type WeightTransformation } from '../weights/weight-transformation.ts';
import { recurrentGates, reorderGates } from './recurrent-gates.ts';
import { type KernelSource, type RecurrentNode, recurrentNodes } from './recurrent-nodes.ts';
import { type RecurrentModule, type RecurrentWeight, recurrentModules } from './recurrent-weights.ts';
import { refuseProjections } from './refuse-projections.ts';

export type RecurrentMatch = {
  readonly weights: readonly CompanionWeight[];
  readonly sites: readonly RecurrentSite[];
  readonly mismatches: readonly Mismatch[];
  /** Of modules that the graph has no node for. */
  readonly without: readonly CheckpointTensor[];
};

/**
 * Ties LSTMs, GRUs and RNNs to the nodes of their layers. Nodes in a module's scope are its layers in order, again for
 * each call, and have to hold its weights; nodes without a scope are found by their values. Errors: UNSUPPORTED for
 * projections.
 */
export async function matchRecurrent(input: MatchWeights): Promise<RecurrentMatch> {
  refuseProjections(input);
  const modules = recurrentModules(input.checkpoint.tensors, input.prefix);
  if (modules.length === 0) return { weights: [], sites: [], mismatches: [], without: [] };
  const names = new Set(modules.map(({ module }) => module));
  const nodes = recurrentNodes(input.graph);
  const ownerOf = ({ node }: RecurrentNode) => {
    const scope = input.moduleOfNode(node);
    return scope !== null && names.has(scope) ? scope : null;
  };
  const free = new Set(nodes.filter((node) => ownerOf(node) === null));
  const compare = comparing(input.checkpoint);
  const placed: Placed[] = [];
  const mismatches: Mismatch[] = [];
  for (const module of modules) {
    const named = nodes.filter((node) => ownerOf(node) === module.module);
    const found = named.length > 0 ? await inOrder(module, named, compare) : await byValue(module, free, compare);
    placed.push(...found.placed);
    mismatches.push(...found.mismatches);
  }
  const used = new Set(placed.flatMap(({ weights }) => weights.map(({ tensor }) => tensor)));
  const tensors = modules.flatMap(({ weights }) => weights.map(({ tensor }) => tensor));
  return {
    weights: calledAgain(placed.flatMap(({ weights }) => weights)),
    sites: placed.map(({ site }) => site).toSorted((a, b) => a.node - b.node),
    mismatches,
    without: tensors.filter(({ name }) => !used.has(name)),
  };
}

type Placed = { readonly site: RecurrentSite; readonly weights: readonly CompanionWeight[] };
type Found = { readonly placed: readonly Placed[]; readonly mismatches: readonly Mismatch[] };

async function inOrder(module: RecurrentModule, nodes: readonly RecurrentNode[], compare: Compare): Promise<Found> {
  const found: Found[] = [];
  for (const [i, node] of nodes.entries())
    found.push(await matchLayer(module, { node, layer: i % module.layers }, compare));
  return { placed: found.flatMap(({ placed }) => placed), mismatches: found.flatMap(({ mismatches }) => mismatches) };
}

async function byValue(module: RecurrentModule, free: Set<RecurrentNode>, compare: Compare): Promise<Found> {
  const placed: Placed[] = [];
  for (const node of free) {
    for (let layer = 0; layer < module.layers; layer++) {
      const found = await matchLayer(module, { node, layer }, compare);
      if (found.mismatches.length > 0 || found.placed.length === 0) continue;
      placed.push(...found.placed);
      free.delete(node);
      break;
    }
  }
  return { placed, mismatches: [] };
}

type Place = { readonly node: RecurrentNode; readonly layer: number };

/** Every weight of a layer against the constants of a node. */
async function matchLayer(module: RecurrentModule, { node, layer }: Place, compare: Compare): Promise<Found> {
  const weights: CompanionWeight[] = [];
  const mismatches: Mismatch[] = [];
  for (const weight of module.weights.filter((weight) => weight.layer === layer)) {
    const index = node.directions.indexOf(weight.direction);
    const source = node.kernels[weight.kind][index];
    if (!source) continue;
    const difference = await compare(weight.tensor, { node, source, index });
    if (difference === null) weights.push(placedWeight(module, weight, { node, source, index }));
    else mismatches.push({ tensor: weight.tensor, initializer: source.constant, difference });
  }
  if (weights.length === 0 || mismatches.length > 0) return { placed: [], mismatches };
  const directions = node.directions.length === 2 ? 2 : 1;
  return {
    placed: [{ site: { module: module.module, layer, node: node.node, op: node.op, directions }, weights }],
    mismatches,
  };
}

type Kernel = { readonly node: RecurrentNode; readonly source: KernelSource; readonly index: number };
/** How far a weight is from what a node computes with; null: the node has the weight. */
type Compare = (tensor: CheckpointTensor, at: Kernel) => Promise<Mismatch['difference'] | null>;

/** A layer that is called in a loop is many nodes with one constant, which is compared once. */
function comparing(checkpoint: Checkpoint): Compare {
  const known = new Map<string, Mismatch['difference'] | null>();
  return async (tensor, at) => {
    const { source, node, index } = at;
    const key = JSON.stringify([tensor.name, source.constant.name, node.op, node.directions.length, index]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const difference = await differenceOf(checkpoint, tensor, at);
    known.set(key, difference);
    return difference;
  };
}

async function differenceOf(
  checkpoint: Checkpoint,
  tensor: CheckpointTensor,
  at: Kernel,
): Promise<Mismatch['difference'] | null> {
  const { constant } = at.source;
  if (constant.shape.slice(-2).join() !== tensor.shape.join()) return 'shape';
  const { gates, part } = transformationOf(at);
  const values = await readWeight(checkpoint, tensor);
  const expected = gates ? reorderGates(values, gates) : values;
  const stored = partOf(storedWeight(constant), part);
  return isCopy(expected, stored) ? null : largestDifference(expected, stored.values);
}

function placedWeight({ module }: RecurrentModule, { tensor, kind }: RecurrentWeight, at: Kernel): CompanionWeight {
  const { constant } = at.source;
  const site = {
    node: at.node.node,
    op: at.node.op,
    constant,
    isTransposed: false,
    isTurned: false,
    weightInput: kind === 'ih' ? 1 : 2,
    activationInput: 0,
    groups: 1,
  } as const;
  return {
    module,
    tensor: tensor.name,
    shape: tensor.shape,
    initializer: constant.name,
    transformation: transformationOf(at),
    sites: [site],
  };
}

function transformationOf({ node, source, index }: Kernel): WeightTransformation {
  if (source.form === 'copied') return asItIs;
  return { ...asItIs, gates: recurrentGates[node.op], part: { index, count: node.directions.length } };
}

function partOf(stored: StoredWeight, part: WeightTransformation['part']): StoredWeight {
  if (!part) return stored;
  const length = stored.values.length / part.count;
  return { ...stored, values: stored.values.subarray(part.index * length, (part.index + 1) * length) };
}

/** A further call has the same weights in the same constants: more sites of the same. */
function calledAgain(weights: readonly CompanionWeight[]): CompanionWeight[] {
  const byPlace = new Map<string, CompanionWeight>();
  for (const weight of weights) {
    const key = JSON.stringify([weight.tensor, weight.initializer, weight.transformation.part?.index]);
    const known = byPlace.get(key);
    byPlace.set(key, known ? { ...known, sites: [...known.sites, ...weight.sites] } : weight);
  }
  return [...byPlace.values()];
}
