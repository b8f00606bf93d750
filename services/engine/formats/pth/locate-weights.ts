import { type Item, isDictionary, itemsOf } from './containers.ts';
import { isModule } from './module-objects.ts';
import { isRebuild } from './pickle/rebuild.ts';
import type { PickleNode, PickleValue } from './pickle/value.ts';

export type Located = { readonly wrapper: readonly string[]; readonly value: PickleValue };

/** The keys under which people keep the weights they mean, most meant first. */
const wrapperKeys = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'module',
  'net',
  'network',
  'params_ema',
  'params',
  'weights',
  'generator',
  'ema',
  'ema_state_dict',
  'model_ema',
];

/** Keys beside the weights that hold tensors of their own. */
const besides = /optim|sched|scaler|rng|callback|loops|hyper_param|hparam|modelopt_state/i;
const DEEPEST_WRAPPER = 16;

/** Finds the state dict (or whole module, or list) a user means by the file; null where nothing holds a tensor. */
export function locateWeights(root: PickleValue): Located | null {
  const barren = new Set<PickleNode>();
  const holds = (value: PickleValue) => holdsTensor(value, barren);
  if (!holds(root)) return null;
  const wrapper: string[] = [];
  let value = root;
  while (wrapper.length <= DEEPEST_WRAPPER) {
    const inner = isDictionary(value) ? chooseInner(itemsOf(value) ?? [], holds) : null;
    if (!inner) return { wrapper, value };
    wrapper.push(inner.name);
    value = inner.value;
  }
  // Nobody wraps that often: the nest is the state dict.
  return { wrapper: [], value: root };
}

/** The dictionary one level further in, or null where this one is the state dict itself. */
function chooseInner(items: readonly Item[], holds: (value: PickleValue) => boolean): Item | null {
  const containers = items.filter(({ value }) => isDictionary(value) || isModule(value));
  for (const key of wrapperKeys) {
    const item = containers.find((candidate) => candidate.key === key);
    if (item && holds(item.value)) return item;
  }
  if (items.some(({ value }) => typeof value === 'object' && value?.kind === 'call' && isRebuild(value))) return null;
  const inside = containers.filter(({ key }) => typeof key === 'string' && !besides.test(key));
  return inside.find(({ value }) => holds(value)) ?? null;
}

/** Walks each object once, however often it is referred to; `barren` remembers the ones without a tensor between calls. */
function holdsTensor(root: PickleValue, barren: Set<PickleNode>): boolean {
  const seen = new Set<PickleNode>();
  const waiting: PickleValue[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || seen.has(value) || barren.has(value)) continue;
    if (value.kind === 'call' && isRebuild(value)) return true;
    seen.add(value);
    for (const child of childrenOf(value)) waiting.push(child);
  }
  for (const node of seen) barren.add(node);
  return false;
}

function* childrenOf(node: PickleNode): Iterable<PickleValue> {
  const module = isModule(node);
  if (module) {
    yield module;
    return;
  }
  for (const { value } of itemsOf(node) ?? []) yield value;
}
