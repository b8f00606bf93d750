import type { CheckpointTensor } from '../../formats/pth/checkpoint.ts';
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
  const placed: Placed[] = [];
  const mismatches: Mismatch[] = [];
  for (const module of modules) {
    const named = nodes.filter((node) => ownerOf(node) === module.module);
    const found = named.length > 0 ? await inOrder(module, named, input) : await byValue(module, free, input);
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

async function inOrder(module: RecurrentModule, nodes: readonly RecurrentNode[], input: MatchWeights): Promise<Found> {
  const found = await Promise.all(
    nodes.map((node, i) => matchLayer(module, { node, layer: i % module.layers }, input)),
  );
  return { placed: found.flatMap(({ placed }) => placed), mismatches: found.flatMap(({ mismatches }) => mismatches) };
}

async function byValue(module: RecurrentModule, free: Set<RecurrentNode>, input: MatchWeights): Promise<Found> {
  const placed: Placed[] = [];
  for (const node of free) {
    for (let layer = 0; layer < module.layers; layer++) {
      const found = await matchLayer(module, { node, layer }, input);
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
async function matchLayer(module: RecurrentModule, { node, layer }: Place, input: MatchWeights): Promise<Found> {
  const weights: CompanionWeight[] = [];
  const mismatches: Mismatch[] = [];
  for (const weight of module.weights.filter((weight) => weight.layer === layer)) {
    const index = node.directions.indexOf(weight.direction);
    const source = node.kernels[weight.kind][index];
    if (!source) continue;
    const found = await matchWeight(weight, { node, source, index }, input);
    if (found.kind === 'differs')
      mismatches.push({ tensor: weight.tensor, initializer: source.constant, difference: found.difference });
    else weights.push({ ...found.weight, module: module.module });
  }
  if (weights.length === 0 || mismatches.length > 0) return { placed: [], mismatches };
  const directions = node.directions.length === 2 ? 2 : 1;
  return {
    placed: [{ site: { module: module.module, layer, node: node.node, op: node.op, directions }, weights }],
    mismatches,
  };
}

type Kernel = { readonly node: RecurrentNode; readonly source: KernelSource; readonly index: number };
type Verdict =
  | { readonly kind: 'match'; readonly weight: Omit<CompanionWeight, 'module'> }
  | { readonly kind: 'differs'; readonly difference: Mismatch['difference'] };

async function matchWeight({ tensor, kind }: RecurrentWeight, at: Kernel, input: MatchWeights): Promise<Verdict> {
  const { node, source } = at;
  const { constant } = source;
  if (constant.shape.slice(-2).join() !== tensor.shape.join()) return { kind: 'differs', difference: 'shape' };
  const transformation = transformationOf(at);
  const values = await readWeight(input.checkpoint, tensor);
  const expected = transformation.gates ? reorderGates(values, transformation.gates) : values;
  const stored = partOf(storedWeight(constant), transformation.part);
  if (!isCopy(expected, stored)) return { kind: 'differs', difference: largestDifference(expected, stored.values) };
  const site = {
    node: node.node,
    op: node.op,
    constant,
    isTransposed: false,
    isTurned: false,
    weightInput: kind === 'ih' ? 1 : 2,
    activationInput: 0,
    groups: 1,
  } as const;
  const weight = {
    tensor: tensor.name,
    shape: tensor.shape,
    initializer: constant.name,
    transformation,
    sites: [site],
  };
  return { kind: 'match', weight };
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
