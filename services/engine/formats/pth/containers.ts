import { isRebuild } from './pickle/rebuild.ts';
import type { PickleNode, PickleValue, PyCall, PyDict } from './pickle/value.ts';

export type Item = { readonly key: PickleValue; readonly name: string; readonly value: PickleValue };

/** What a dictionary, list or tuple holds, with each key as it stands in a tensor's name; null for anything else. */
export function itemsOf(value: PickleValue): readonly Item[] | null {
  if (typeof value !== 'object' || value === null) return null;
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.map(numbered);
  if (value.kind === 'call' && value.items && !isRebuild(value)) return value.items.map(numbered);
  const entries = entriesOf(value);
  return entries && pairs(entries);
}

/** The values of `itemsOf`, also those that later ones replace. */
export function* valuesOf(node: PickleNode): Iterable<PickleValue> {
  if (node.kind === 'list' || node.kind === 'tuple') yield* node.items;
  else if (node.kind === 'call' && node.items && !isRebuild(node)) yield* node.items;
  else for (const [, value] of entriesOf(node) ?? []) yield value;
}

/** The value under a text key. */
export function lookUp(value: PickleValue | undefined, key: string): PickleValue | undefined {
  return entriesOf(value ?? null)?.findLast(([name]) => name === key)?.[1];
}

export function isDictionary(value: PickleValue): boolean {
  return entriesOf(value) !== null;
}

/** Keys and values of a dictionary of whatever class, also those that later ones replace; null for anything else. */
function entriesOf(value: PickleValue): PyDict['entries'] | null {
  if (typeof value !== 'object' || value === null) return null;
  if (value.kind === 'dict') return value.entries;
  if (value.kind !== 'call' || value.items || isRebuild(value)) return null;
  const given = isCollection(value) ? argumentPairs(value) : [];
  if (given === null || (given.length === 0 && !value.entries && !isCollection(value))) return null;
  return given.length === 0 ? (value.entries ?? []) : [...given, ...(value.entries ?? [])];
}

const dictionaries = new Set(['OrderedDict', 'defaultdict', 'Counter']);

function isCollection(call: PyCall): boolean {
  const callee = call.callee;
  return (
    typeof callee === 'object' &&
    callee?.kind === 'global' &&
    callee.module === 'collections' &&
    dictionaries.has(callee.name)
  );
}

/** Python 2 wrote `OrderedDict([[key, value], …])`; today's writes `OrderedDict()`, `defaultdict(factory)`, `Counter({…})`. */
function argumentPairs({ args }: PyCall): PyDict['entries'] | null {
  const [first] = args;
  if (first === undefined || first === null || args.length > 1 || typeof first !== 'object' || first.kind === 'global')
    return [];
  if (first.kind === 'dict') return first.entries;
  if (first.kind !== 'list') return null;
  return first.items.map((pair) => {
    const items = typeof pair === 'object' && (pair?.kind === 'list' || pair?.kind === 'tuple') ? pair.items : [];
    return [items[0] ?? null, items[1] ?? null];
  });
}

function numbered(value: PickleValue, index: number): Item {
  return { key: index, name: String(index), value };
}

/** As Python's dict: a later value takes the place of an earlier one of the same key. */
function pairs(entries: PyDict['entries']): readonly Item[] {
  if (entries.length === 1) return entries.map(([key, value]) => ({ key, name: keyName(key), value }));
  const byKey = new Map<PickleValue, Item>();
  for (const [key, value] of entries) {
    const name = keyName(key);
    byKey.set(typeof key === 'object' && key !== null ? `object ${name}` : key, { key, name, value });
  }
  return [...byKey.values()];
}

/** A key as Python would print it; keys that are objects are told apart from others only by their kind. */
function keyName(key: PickleValue): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'None';
  if (typeof key === 'boolean') return key ? 'True' : 'False';
  if (typeof key === 'object') return nodeName(key);
  return String(key);
}

function nodeName(node: Exclude<PickleValue, null | boolean | number | bigint | string>): string {
  if (node.kind === 'float') return Number.isInteger(node.value) ? `${node.value}.0` : String(node.value);
  if (node.kind === 'tuple')
    return `(${node.items.slice(0, 16).map(partName).join(', ')}${node.items.length === 1 ? ',' : ''})`;
  if (node.kind === 'global') return `${node.module}.${node.name}`;
  if (
    node.kind === 'call' &&
    typeof node.callee === 'object' &&
    node.callee?.kind === 'global' &&
    node.callee.name === 'encode'
  )
    return `b'${String(node.args[0])}'`;
  return `<${node.kind}>`;
}

/** Inside a tuple: texts are quoted, and nothing deeper is looked into. */
function partName(part: PickleValue): string {
  if (typeof part === 'string') return `'${part}'`;
  return typeof part === 'object' && part !== null ? `<${part.kind}>` : keyName(part);
}
