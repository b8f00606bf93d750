import { type Item, isDictionary, itemsOf, lookUp, valuesOf } from './containers.ts';
import { isModule } from './module-objects.ts';
import { isRebuild } from './pickle/rebuild.ts';
import type { PickleNode, PickleValue, PyCall } from './pickle/value.ts';

export type Located = {
  readonly wrapper: readonly string[];
  readonly value: PickleValue;
  /** Paths of other dictionaries of tensors that might have been meant, such as `ema` beside `model`. */
  readonly others: readonly string[];
};

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
  return locate(root, isTensor) ?? locate(root, isArray);
}

/** Whether a tensor, or an array, stands anywhere below. */
export function holdsTensor(value: PickleValue): boolean {
  return holdsLeaf(value, (call) => isTensor(call) || isArray(call), null);
}

type Leaf = (call: PyCall) => boolean;

function locate(root: PickleValue, isLeaf: Leaf): Located | null {
  const barren = new Set<PickleNode>();
  const holds = (value: PickleValue) => holdsLeaf(value, isLeaf, barren);
  if (!holdsLeaf(root, isLeaf, null)) return null;
  const wrapper: string[] = [];
  const others: string[] = [];
  const path = new Set<PickleValue>();
  let value = root;
  while (wrapper.length <= DEEPEST_WRAPPER) {
    const inside = holdsContainer(value) ? innerItems(itemsOf(value) ?? [], holds, isLeaf) : [];
    const [inner] = inside;
    if (!inner) return { wrapper, value, others };
    path.add(value);
    const beside = inside.slice(1).filter((item) => isPlain(item.value) && !path.has(item.value));
    others.push(...beside.map(({ name }) => [...wrapper, name].join('.')));
    wrapper.push(inner.name);
    value = inner.value;
  }
  // Nobody wraps that often: the nest is the state dict.
  return { wrapper: [], value: root, others: [] };
}

/** Whether a dictionary has another or a module among its values; most state dicts are long and have none. */
function holdsContainer(value: PickleValue): boolean {
  if (typeof value !== 'object' || value === null || !isDictionary(value)) return false;
  for (const inner of valuesOf(value)) if (isContainer(inner)) return true;
  return false;
}

function isContainer(value: PickleValue): boolean {
  return isDictionary(value) || isModule(value) !== null;
}

/** The dictionaries one level further in that hold tensors, the most meant first; none where this one is the state dict itself. */
function innerItems(items: readonly Item[], holds: (value: PickleValue) => boolean, isLeaf: Leaf): readonly Item[] {
  const containers = items.filter(({ value }) => isContainer(value));
  const meant = wrapperKeys
    .flatMap((key) => containers.filter((candidate) => candidate.key === key))
    .filter(({ value }) => holds(value));
  const bare = items.some(({ value }) => typeof value === 'object' && value?.kind === 'call' && isLeaf(value));
  if (meant.length === 0 && bare) return [];
  const named = containers.filter(
    (item) =>
      typeof item.key === 'string' && !besides.test(item.key) && !isOptimizer(item.value) && !meant.includes(item),
  );
  return [...meant, ...named.filter(({ value }) => holds(value))];
}

/** What an optimizer's `state_dict()` is, under whatever key. */
function isOptimizer(value: PickleValue): boolean {
  return lookUp(value, 'param_groups') !== undefined && lookUp(value, 'state') !== undefined;
}

/** A dictionary that people put weights into, or a module; not an object of some class that happens to have items. */
function isPlain(value: PickleValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return (
    value.kind === 'dict' || isModule(value) !== null || (value.kind === 'call' && isNamed(value, /^collections\./))
  );
}

function isTensor(call: PyCall): boolean {
  return isRebuild(call) || isNamed(call, /^torch\.nn\.parameter\.Parameter$/);
}

function isArray(call: PyCall): boolean {
  return isNamed(call, /^numpy\.(_?core\.multiarray\._reconstruct|_?core\.numeric\._frombuffer)$/);
}

function isNamed({ callee }: PyCall, pattern: RegExp): boolean {
  return typeof callee === 'object' && callee?.kind === 'global' && pattern.test(`${callee.module}.${callee.name}`);
}

/** Walks each object once, however often it is referred to; `barren` remembers the ones without a tensor between calls. */
function holdsLeaf(root: PickleValue, isLeaf: Leaf, barren: Set<PickleNode> | null): boolean {
  if (typeof root === 'object' && root?.kind === 'call' && isLeaf(root)) return true;
  const seen = new Set<PickleNode>();
  const waiting: PickleValue[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || seen.has(value) || barren?.has(value)) continue;
    if (value.kind === 'call' && isLeaf(value)) return true;
    seen.add(value);
    for (const child of childrenOf(value)) waiting.push(child);
  }
  if (barren) for (const node of seen) barren.add(node);
  return false;
}

function* childrenOf(node: PickleNode): Iterable<PickleValue> {
  const module = isModule(node);
  if (module) {
    yield module;
    return;
  }
  yield* valuesOf(node);
}
