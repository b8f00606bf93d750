import type { ByteSource } from '../byte-source.ts';
import type { PickledRest } from './checkpoint.ts';
import { isDictionary, itemsOf, valuesOf } from './containers.ts';
import type { PthContents } from './contents.ts';
import { holdsTensor } from './locate-weights.ts';
import { isModule } from './module-objects.ts';
import type { PickleNode, PickleValue, PyDict, PyPersistent } from './pickle/value.ts';
import type { Storage } from './storages.ts';

/**
 * What `restWith` needs of a checkpoint whose tensors have been collected: null where the weights are a whole module.
 * The tensors of the state dict are taken out of the pickled objects, most of whose memory they are.
 */
export function restOf(
  { path, name }: ByteSource,
  { root, storages }: PthContents,
  value: PickleValue,
): PickledRest | null {
  if (typeof value !== 'object' || value === null || isModule(value)) return null;
  dropTensors(value);
  const reached = new Map<PyPersistent, Storage>();
  for (const node of nodesBelow(root)) {
    const storage = node.kind === 'persistent' ? storages.get(node) : undefined;
    if (node.kind === 'persistent' && storage) reached.set(node, storage);
  }
  return { path, name, root, weights: value, storages: reached };
}

/** Nobody else has seen the objects yet, so that they may still change. */
function dropTensors(weights: PickleNode): void {
  if (!isDictionary(weights) || (weights.kind !== 'dict' && weights.kind !== 'call')) return;
  const growing: { entries?: PyDict['entries'] } = weights;
  growing.entries = holdsOthers(weights) ? othersOf(weights) : [];
}

function holdsOthers(weights: PickleNode): boolean {
  for (const value of valuesOf(weights)) if (!holdsTensor(value)) return true;
  return false;
}

function othersOf(weights: PickleNode): PyDict['entries'] {
  const others = (itemsOf(weights) ?? []).filter(({ value }) => !holdsTensor(value));
  return others.map(({ key, value }) => [key, value]);
}

function nodesBelow(root: PickleValue): ReadonlySet<PickleNode> {
  const seen = new Set<PickleNode>();
  const waiting: PickleValue[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const child of partsOf(value)) waiting.push(child);
  }
  return seen;
}

function partsOf(node: PickleNode): readonly PickleValue[] {
  switch (node.kind) {
    case 'list':
    case 'tuple':
      return node.items;
    case 'dict':
      return node.entries.flat();
    case 'call':
      return [node.callee, ...node.args, ...(node.items ?? []), ...(node.entries ?? []).flat(), node.state ?? null];
    case 'persistent':
      return [node.id];
    default:
      return [];
  }
}
