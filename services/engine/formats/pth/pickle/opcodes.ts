import { limits } from '../../limits.ts';
import { call, global } from './build.ts';
import type { PickleMachine } from './machine.ts';
import { addToSet, appendItems, makeCall, makeGlobal, setItems, setState } from './objects.ts';
import type { PickleValue } from './value.ts';

type Opcode = (machine: PickleMachine) => void;

const setClass = global('builtins', 'set');
const frozensetClass = global('builtins', 'frozenset');
const bytearrayClass = global('builtins', 'bytearray');
const encodeFunction = global('_codecs', 'encode');

/** Every opcode of protocols 0 to 5 (CPython `Lib/pickletools.py`) but STOP; those that are refused say why. */
export const opcodes: ReadonlyMap<number, Opcode> = new Map(
  Object.entries({
    // Constants and numbers.
    N: (m) => m.push(null),
    '\x88': (m) => m.push(true),
    '\x89': (m) => m.push(false),
    K: (m) => m.push(m.cursor.uint8()),
    M: (m) => m.push(m.cursor.uint16()),
    J: (m) => m.push(m.cursor.int32()),
    G: (m) => m.push({ kind: 'float', value: m.cursor.float64() }),
    '\x8a': (m) => pushLong(m, m.cursor.uint8()),
    '\x8b': (m) => pushLong(m, m.cursor.int32()),
    I: (m) => pushIntegerLine(m, true),
    L: (m) => pushIntegerLine(m, false),
    F: pushFloatLine,
    // Text and bytes.
    X: (m) => m.push(m.cursor.utf8(m.cursor.uint32())),
    '\x8c': (m) => m.push(m.cursor.utf8(m.cursor.uint8())),
    '\x8d': (m) => m.push(m.cursor.utf8(m.cursor.uint64())),
    U: (m) => m.push(m.cursor.bytesAsText(m.cursor.uint8())),
    T: (m) => m.push(m.cursor.bytesAsText(m.cursor.int32())),
    V: (m) => m.push(m.cursor.line(limits.tensorNameLength)),
    S: pushStringLine,
    C: (m) => pushBytes(m, m.cursor.uint8()),
    B: (m) => pushBytes(m, m.cursor.uint32()),
    '\x8e': (m) => pushBytes(m, m.cursor.uint64()),
    '\x96': (m) => m.push(call(bytearrayClass, latin1(m, m.cursor.uint64()), 'latin-1')),
    // Containers.
    ')': (m) => m.pushShared(m.shared.empty),
    t: (m) => pushTupleOf(m, m.popMark()),
    '\x85': (m) => pushTuple(m, 1),
    '\x86': (m) => pushTuple(m, 2),
    '\x87': (m) => pushTuple(m, 3),
    ']': (m) => m.push({ kind: 'list', items: [] }),
    l: (m) => m.push({ kind: 'list', items: m.popMark() }),
    a: (m) => appendPopped(m, [m.pop()]),
    e: (m) => appendPopped(m, m.popMark()),
    '}': (m) => m.push({ kind: 'dict', entries: [] }),
    d: pushDict,
    s: setOne,
    u: (m) => setPopped(m, m.popMark()),
    '\x8f': (m) => m.push(call(setClass, { kind: 'list', items: [] }), 2),
    '\x90': addItems,
    '\x91': (m) => m.push(call(frozensetClass, { kind: 'list', items: m.popMark() }), 2),
    // The stack and the memo.
    '(': (m) => m.mark(),
    '0': (m) => m.drop(),
    '1': (m) => void m.popMark(),
    '2': (m) => m.pushShared(m.top()),
    q: (m) => m.store(m.cursor.uint8()),
    r: (m) => m.store(m.cursor.uint32()),
    p: (m) => m.store(index(m)),
    '\x94': (m) => m.memoize(),
    h: (m) => m.recall(m.cursor.uint8()),
    j: (m) => m.recall(m.cursor.uint32()),
    g: (m) => m.recall(index(m)),
    // Names, calls, and what stands outside the pickle.
    c: (m) => m.pushShared(makeGlobal(m, m.cursor.line(), m.cursor.line())),
    '\x93': stackGlobal,
    R: reduce,
    '\x81': newObject,
    '\x92': newObjectEx,
    i: (m) => callMarked(m, makeGlobal(m, m.cursor.line(), m.cursor.line())),
    o: (m) => callMarked(m, undefined),
    b: build,
    Q: persistent,
    P: refuse('names an outside object by text'),
    '\x82': refuse('uses an extension code'),
    '\x83': refuse('uses an extension code'),
    '\x84': refuse('uses an extension code'),
    '\x97': refuse('takes a buffer from outside'),
    '\x98': refuse('takes a buffer from outside'),
    // Framing: a frame only says how much to read ahead.
    '\x80': (m) => void m.cursor.uint8(),
    '\x95': (m) => void m.cursor.uint64(),
  } satisfies Record<string, Opcode>).map(([character, opcode]) => [character.charCodeAt(0), opcode]),
);

function refuse(what: string): Opcode {
  return (machine) => {
    throw machine.cursor.broken(`${what}, which no checkpoint needs`);
  };
}

/** LONG1 and LONG4: two's complement, little-endian. */
function pushLong(machine: PickleMachine, length: number): void {
  if (length > limits.pickleIntegerBytes)
    throw machine.cursor.broken(`has an integer of ${length} bytes where ${limits.pickleIntegerBytes} are allowed`);
  const bytes = Buffer.from(machine.cursor.take(length)).reverse();
  machine.push(length === 0 ? 0 : integer(BigInt.asIntN(8 * length, BigInt(`0x${bytes.toString('hex')}`))));
}

/** A JavaScript number where it is exact, else a bigint. */
function integer(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

function pushIntegerLine(machine: PickleMachine, booleans: boolean): void {
  const text = machine.cursor.line(limits.pickleTextDigits);
  const digits = text.replace(/L$/, '');
  if (!/^-?\d+$/.test(digits)) throw machine.cursor.broken('has an integer that is not one');
  machine.push(booleans && /^0[01]$/.test(text) ? text === '01' : integer(BigInt(digits)));
}

const pythonFloats = new Map([
  ['inf', Infinity],
  ['-inf', -Infinity],
  ['nan', NaN],
]);

function pushFloatLine(machine: PickleMachine): void {
  const text = machine.cursor.line();
  const value = pythonFloats.get(text) ?? Number(text);
  if (text === '' || (Number.isNaN(value) && text !== 'nan'))
    throw machine.cursor.broken('has a number that is not one');
  machine.push({ kind: 'float', value });
}

function pushStringLine(machine: PickleMachine): void {
  const text = machine.cursor.line(limits.tensorNameLength);
  const quoted = /^(['"])([^\\]*)\1$/.exec(text);
  if (!quoted) throw machine.cursor.broken('has a quoted text that is not one');
  machine.push(quoted[2] ?? '');
}

/** Bytes are kept as protocol 2 writes them: text of one character a byte, encoded. */
function pushBytes(machine: PickleMachine, length: number): void {
  machine.push(call(encodeFunction, latin1(machine, length), 'latin1'));
}

function latin1(machine: PickleMachine, length: number): string {
  return Buffer.from(machine.cursor.take(length)).toString('latin1');
}

function index(machine: PickleMachine): number {
  const text = machine.cursor.line();
  if (!/^\d{1,10}$/.test(text)) throw machine.cursor.broken('has a memo index that is not one');
  return Number(text);
}

function pushTuple(machine: PickleMachine, length: 1 | 2 | 3): void {
  const items = new Array<PickleValue>(length);
  for (let at = length - 1; at >= 0; at--) items[at] = machine.pop();
  pushTupleOf(machine, items);
}

function pushTupleOf(machine: PickleMachine, items: readonly PickleValue[]): void {
  const shared = machine.shared.integers(items);
  if (shared) machine.pushShared(shared);
  else machine.push({ kind: 'tuple', items });
}

function appendPopped(machine: PickleMachine, items: PickleValue[]): void {
  appendItems(machine, machine.top(), items);
}

function pushDict(machine: PickleMachine): void {
  const flat = machine.popMark();
  machine.push({ kind: 'dict', entries: [] });
  setPopped(machine, flat);
}

function setOne(machine: PickleMachine): void {
  const value = machine.pop();
  const key = machine.pop();
  setPopped(machine, [key, value]);
}

function setPopped(machine: PickleMachine, flat: readonly PickleValue[]): void {
  setItems(machine, machine.top(), flat);
}

function addItems(machine: PickleMachine): void {
  const items = machine.popMark();
  addToSet(machine, machine.top(), items);
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof name !== 'string' || typeof module !== 'string')
    throw machine.cursor.broken('names a class by something that is no text');
  machine.pushShared(makeGlobal(machine, module, name));
}

function reduce(machine: PickleMachine): void {
  const args = machine.pop();
  machine.push(makeCall(machine, machine.pop(), args));
}

function newObject(machine: PickleMachine): void {
  const args = machine.pop();
  machine.push({ ...makeCall(machine, machine.pop(), args), made: 'new' });
}

/** NEWOBJ_EX: keyword arguments stay visible as a last, positional dict. */
function newObjectEx(machine: PickleMachine): void {
  const keywords = machine.pop();
  const args = machine.pop();
  const made = makeCall(machine, machine.pop(), args);
  machine.push({ ...made, args: [...made.args, keywords], made: 'new-keywords' });
}

/** INST and OBJ: the arguments, for OBJ after the class, stand since the last mark. */
function callMarked(machine: PickleMachine, named: PickleValue | undefined): void {
  const items = machine.popMark();
  const callee = named ?? items.shift() ?? null;
  machine.push(makeCall(machine, callee, { kind: 'tuple', items }));
}

function build(machine: PickleMachine): void {
  const state = machine.pop();
  setState(machine, machine.top(), state);
}

/** Legacy streams wrap a pickled class as `("module", class, file, source text)`: only the class's name is kept. */
function persistent(machine: PickleMachine): void {
  const id = machine.pop();
  const wrapped = typeof id === 'object' && id?.kind === 'tuple' && id.items[0] === 'module' ? id.items[1] : undefined;
  if (typeof wrapped === 'object' && wrapped?.kind === 'global') {
    machine.pushShared(wrapped);
    return;
  }
  machine.pushOutside(id);
}
