import { tensorCall } from '../tensor-call.ts';
import { tuple } from './build.ts';
import { ByteWriter } from './byte-writer.ts';
import type { PickleNode, PickleValue, PyCall, PyDict, PyGlobal, PyList, TensorStorage } from './value.ts';

export type Pickled = {
  readonly bytes: Uint8Array;
  /** In order of first appearance: the index is the storage's key. */
  readonly storages: readonly TensorStorage[];
};

/** Writes protocol 2 with the opcodes that `torch.load(weights_only=True)` accepts, memoizing as Python's pickler does. */
export function writePickle(root: PickleValue): Pickled {
  const pickler = new Pickler();
  pickler.out.bytes(Buffer.from([0x80, 2]));
  pickler.save(root);
  pickler.op('.');
  return { bytes: pickler.out.take(), storages: [...pickler.storages.keys()] };
}

/** Python's pickler sets and appends this many at a time. */
const BATCH = 1000;

class Pickler {
  readonly out = new ByteWriter();
  /** A storage's key is its index as text. */
  readonly storages = new Map<TensorStorage, number>();
  readonly #texts = new Map<string, number>();
  /** Classes, by module and name. */
  readonly #classes = new Map<string, Map<string, number>>();
  readonly #nodes = new Map<PickleNode, number>();
  #remembered = 0;
  /** More than 0 inside of what is met nowhere else: it gets its places in the memo, but is not kept to be met again. */
  #passing = 0;

  op(character: string): void {
    this.out.uint8(character.charCodeAt(0));
  }

  save(value: PickleValue): void {
    if (value === null) this.op('N');
    else if (typeof value === 'boolean') this.op(value ? '\x88' : '\x89');
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'bigint') this.#long(value);
    else if (typeof value === 'string') this.#text(value);
    else this.#node(value);
  }

  #node(node: PickleNode): void {
    switch (node.kind) {
      case 'float':
        this.#float(node.value);
        break;
      case 'global':
        this.#global(node);
        break;
      case 'tuple':
        if (node.items.length === 0) this.op(')');
        else if (!this.#isKnown(this.#nodes, node)) {
          this.#tuple(node.items);
          this.#remember(node);
        }
        break;
      case 'tensor':
        this.#once(tensorCall(node, this.#keyOf(node.storage)));
        break;
      case 'deferred':
        this.#once(node.make());
        break;
      case 'storage':
        this.save(tuple('storage', node.class, this.#keyOf(node.storage), 'cpu', node.storage.length));
        this.op('Q');
        break;
      case 'persistent':
        this.save(node.id);
        this.op('Q');
        break;
      default:
        if (!this.#isKnown(this.#nodes, node)) this.#filled(node);
    }
  }

  /** An object is filled when it is in the memo, so that it may contain itself. */
  #filled(node: PyList | PyDict | PyCall): void {
    if (node.kind === 'call') this.#call(node);
    else this.op(node.kind === 'list' ? ']' : '}');
    this.#remember(node);
    if (node.kind === 'list') this.#append(node.items);
    else if (node.kind === 'dict') this.#set(node.entries);
    else this.#fill(node);
  }

  #once(node: PickleNode): void {
    this.#passing++;
    this.#node(node);
    this.#passing--;
  }

  #keyOf(storage: TensorStorage): string {
    const key = this.storages.get(storage) ?? this.storages.size;
    this.storages.set(storage, key);
    return String(key);
  }

  /** The second time, only the memo's index. */
  #isKnown<K>(memo: ReadonlyMap<K, number>, key: K): boolean {
    const known = memo.get(key);
    if (known !== undefined) this.#indexed('h', 'j', known);
    return known !== undefined;
  }

  #remember(node: PickleNode): void {
    if (this.#passing === 0) this.#nodes.set(node, this.#remembered);
    this.#memoize();
  }

  #memoize(): void {
    this.#indexed('q', 'r', this.#remembered++);
  }

  #indexed(short: string, long: string, index: number): void {
    this.op(index < 256 ? short : long);
    if (index < 256) this.out.uint8(index);
    else this.out.uint32(index);
  }

  #text(value: string): void {
    if (this.#isKnown(this.#texts, value)) return;
    this.op('X');
    this.out.sizedText(value);
    this.#texts.set(value, this.#remembered);
    this.#memoize();
  }

  #global({ module, name }: PyGlobal): void {
    const names = this.#classes.get(module) ?? new Map<string, number>();
    if (this.#isKnown(names, name)) return;
    this.op('c');
    this.out.text(`${module}\n${name}\n`);
    this.#classes.set(module, names.set(name, this.#remembered));
    this.#memoize();
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) this.#float(value);
    else if (value >= 0 && value < 256) {
      this.op('K');
      this.out.uint8(value);
    } else if (value >= 0 && value < 65_536) {
      this.op('M');
      this.out.uint16(value);
    } else if (value >= -(2 ** 31) && value < 2 ** 31) {
      this.op('J');
      this.out.int32(value);
    } else this.#long(BigInt(value));
  }

  /** LONG1: two's complement, little-endian, as few bytes as hold the sign. */
  #long(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    do {
      bytes.push(Number(rest & 0xffn));
      rest >>= 8n;
    } while (!(rest === 0n && (bytes.at(-1) ?? 0) < 0x80) && !(rest === -1n && (bytes.at(-1) ?? 0) >= 0x80));
    // LONG4 is more than torch's own unpickler takes under weights_only; Python's takes it.
    this.op(bytes.length < 256 ? '\x8a' : '\x8b');
    if (bytes.length < 256) this.out.uint8(bytes.length);
    else this.out.int32(bytes.length);
    this.out.bytes(Buffer.from(bytes));
  }

  #float(value: number): void {
    this.op('G');
    this.out.float64(value);
  }

  #tuple(items: readonly PickleValue[]): void {
    if (items.length > 3) this.op('(');
    for (const item of items) this.save(item);
    this.op(items.length > 3 ? 't' : '\x84\x85\x86\x87'.charAt(items.length));
  }

  #call(node: PyCall): void {
    this.save(node.callee);
    const keywords = node.made === 'new-keywords' ? node.args.at(-1) : undefined;
    const args = keywords === undefined ? node.args : node.args.slice(0, -1);
    if (args.length === 0) this.op(')');
    else this.#tuple(args);
    if (keywords !== undefined) this.save(keywords);
    this.op(keywords !== undefined ? '\x92' : node.made ? '\x81' : 'R');
  }

  #fill(node: PyCall): void {
    if (node.items) this.#append(node.items);
    if (node.entries) this.#set(node.entries);
    if (node.state === undefined) return;
    this.save(node.state);
    this.op('b');
  }

  #append(items: PyList['items']): void {
    for (let at = 0; at < items.length; at += BATCH) {
      const batch = items.slice(at, at + BATCH);
      if (batch.length > 1) this.op('(');
      for (const item of batch) this.save(item);
      this.op(batch.length > 1 ? 'e' : 'a');
    }
  }

  #set(entries: PyDict['entries']): void {
    for (let at = 0; at < entries.length; at += BATCH) {
      const batch = entries.slice(at, at + BATCH);
      if (batch.length > 1) this.op('(');
      for (const [key, value] of batch) {
        this.save(key);
        this.save(value);
      }
      this.op(batch.length > 1 ? 'u' : 's');
    }
  }
}
