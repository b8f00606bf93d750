import { InputError } from '#contract/failure.ts';
import { limits } from '../../limits.ts';
import { isDangerousAttribute, judgeGlobal, modernName } from './globals.ts';
import type { PickleMachine } from './machine.ts';
import { isRebuild } from './rebuild.ts';
import type { PickleValue, PyCall, PyDict, PyGlobal, PyList } from './value.ts';

type Pair = readonly [PickleValue, PickleValue];
/** While a pickle is read its objects still grow; afterwards nobody changes them. */
type Growing<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[] | undefined ? E[] | Extract<T[K], undefined> : T[K];
};

/** GLOBAL and its kin: a name becomes data, or, if it stands for a way to run code, the file is refused. */
export function makeGlobal(machine: PickleMachine, module: string, name: string): PyGlobal {
  const found = machine.shared.global(`${module}\n${name}`, () => judged(machine, module, name));
  if (!found) throw machine.cursor.tooMuch(`names more than ${limits.pickleGlobals} classes`);
  return found;
}

function judged(machine: PickleMachine, writtenModule: string, writtenName: string): PyGlobal {
  const { module, name } = modernName(writtenModule, writtenName);
  if (module === '' || name === '') throw machine.cursor.broken('names a class without a name');
  const verdict = judgeGlobal(module, name);
  if (verdict === 'dangerous') throw unsafe(machine, `${module}.${name}`);
  if (verdict === 'unknown') machine.unknownGlobals.add(`${module}.${name}`);
  return { kind: 'global', module, name };
}

/** REDUCE, NEWOBJ, INST, OBJ: the call is kept as callee and arguments. Only a class or function that is named can be called. */
export function makeCall(machine: PickleMachine, callee: PickleValue, args: PickleValue): PyCall {
  if (typeof args !== 'object' || args?.kind !== 'tuple')
    throw machine.cursor.broken('calls something with arguments that are no tuple');
  if (typeof callee !== 'object' || callee === null) throw machine.cursor.broken('calls something that is not a class');
  if (callee.kind !== 'global') throw unsafe(machine, 'what another call returned');
  if (callee.module === 'builtins' && callee.name === 'getattr') checkGetattr(machine, args.items);
  return { kind: 'call', callee, args: args.items };
}

/** `getattr(Class, 'member')` is how some Pythons write an enum; it is kept as data unless it digs for the interpreter. */
function checkGetattr(machine: PickleMachine, [, attribute]: readonly PickleValue[]): void {
  if (typeof attribute !== 'string' || isDangerousAttribute(attribute))
    throw unsafe(machine, `getattr(…, ${JSON.stringify(attribute)})`);
}

export function setItems(machine: PickleMachine, target: PickleValue, flat: readonly PickleValue[]): void {
  if (flat.length % 2 !== 0) throw machine.cursor.broken('sets a key without a value');
  const dictionary = growingDictionary(target);
  if (!dictionary) throw machine.cursor.broken(`sets items of something that is no dictionary (${kindOf(target)})`);
  const added = new Array<Pair>(flat.length / 2);
  for (let index = 0; index < added.length; index++)
    added[index] = [flat[2 * index] ?? null, flat[2 * index + 1] ?? null];
  dictionary.entries = joined(dictionary.entries, added);
}

export function appendItems(machine: PickleMachine, target: PickleValue, items: PickleValue[]): void {
  const list = growingList(target);
  if (!list) throw machine.cursor.broken(`appends to something that is no list (${kindOf(target)})`);
  list.items = joined(list.items, items);
}

/** The first batch is taken as it is: an array that grows by itself keeps room for sixteen more. */
function joined<T>(before: T[] | undefined, added: T[]): T[] {
  if (!before || before.length === 0) return added;
  for (const item of added) before.push(item);
  return before;
}

/** An object of whatever class takes items and entries, as subclasses of list and dict do; a tensor does not. */
function growingDictionary(target: PickleValue): Growing<Pick<PyCall, 'entries'>> | null {
  if (typeof target !== 'object' || target === null) return null;
  if (target.kind === 'dict') return target as Growing<PyDict>;
  return target.kind === 'call' && !isRebuild(target) ? (target as Growing<PyCall>) : null;
}

function growingList(target: PickleValue): Growing<Pick<PyCall, 'items'>> | null {
  if (typeof target !== 'object' || target === null) return null;
  if (target.kind === 'list') return target as Growing<PyList>;
  return target.kind === 'call' && !isRebuild(target) ? (target as Growing<PyCall>) : null;
}

function kindOf(value: PickleValue): string {
  return typeof value === 'object' && value !== null ? value.kind : typeof value;
}

/** EMPTY_SET is `set([…])` whose list is its one argument. */
export function addToSet(machine: PickleMachine, target: PickleValue, items: PickleValue[]): void {
  const list =
    typeof target === 'object' && target?.kind === 'call' && target.args.length === 1 ? target.args[0] : undefined;
  if (list === undefined) throw machine.cursor.broken('adds to something that is no set');
  appendItems(machine, list, items);
}

/** BUILD: the state stays beside the call. */
export function setState(machine: PickleMachine, target: PickleValue, state: PickleValue): void {
  if (typeof target !== 'object' || target?.kind !== 'call')
    throw machine.cursor.broken('sets the state of something that is no object');
  if (target.state !== undefined) throw machine.cursor.broken('sets the state of an object twice');
  (target as Growing<PyCall>).state = state;
}

function unsafe(machine: PickleMachine, what: string): InputError {
  return new InputError(
    'UNSAFE_FILE',
    `The pickle of ${machine.cursor.name} asks to call ${what}, which could run code (byte ${machine.cursor.offset}); nothing was run.`,
    {
      remedy:
        'Do not load this file in Python. If you trust its source, save only the state dict: torch.save(model.state_dict(), path).',
    },
  );
}
