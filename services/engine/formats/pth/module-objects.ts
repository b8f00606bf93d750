import { itemsOf, lookUp } from './containers.ts';
import type { PickleValue } from './pickle/value.ts';

/** The `__dict__` of a pickled `nn.Module` of whatever class; null for anything else. */
export function isModule(value: PickleValue): PickleValue | null {
  if (typeof value !== 'object' || value?.kind !== 'call' || value.state === undefined) return null;
  const state = value.state;
  return lookUp(state, '_parameters') !== undefined && lookUp(state, '_modules') !== undefined ? state : null;
}

/** The class of a pickled module: `torch.nn.modules.linear.Linear`. */
export function classOf(value: PickleValue): string {
  const callee = typeof value === 'object' && value?.kind === 'call' ? value.callee : null;
  // Protocols 0 and 1 make objects as `copyreg._reconstructor(cls, object, None)`.
  const named =
    typeof callee === 'object' &&
    callee?.kind === 'global' &&
    callee.name === '_reconstructor' &&
    typeof value === 'object' &&
    value?.kind === 'call'
      ? value.args[0]
      : callee;
  return typeof named === 'object' && named?.kind === 'global' ? `${named.module}.${named.name}` : 'unknown';
}

/** Whether a module has the attributes that every `nn.Linear` gets, also one of a class derived from it. */
export function saysFeatures(state: PickleValue): boolean {
  return ['in_features', 'out_features'].every((attribute) => typeof lookUp(state, attribute) === 'number');
}

/** What `state_dict()` would list of this module itself and of its children, in its order. */
export function* moduleItems(state: PickleValue): Iterable<{ readonly name: string; readonly value: PickleValue }> {
  const hidden = namesOf(lookUp(state, '_non_persistent_buffers_set'));
  for (const { name, value } of itemsOf(lookUp(state, '_parameters') ?? null) ?? []) {
    if (value !== null) yield { name, value };
  }
  for (const { name, value } of itemsOf(lookUp(state, '_buffers') ?? null) ?? []) {
    if (value !== null && !hidden.has(name)) yield { name, value };
  }
  for (const { name, value } of itemsOf(lookUp(state, '_modules') ?? null) ?? []) {
    if (value !== null) yield { name, value };
  }
}

/** `set(['a', 'b'])`. */
function namesOf(set: PickleValue | undefined): ReadonlySet<string> {
  const list = typeof set === 'object' && set?.kind === 'call' ? set.args[0] : undefined;
  return new Set((itemsOf(list ?? null) ?? []).flatMap(({ value }) => (typeof value === 'string' ? [value] : [])));
}
