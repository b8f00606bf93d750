import { tensorCall } from '../tensor-call.ts';
import { tuple } from './build.ts';
import { ByteWriter } from './byte-writer.ts';
import type { PickleNode, PickleValue, PyCall, PyDict, PyList, PyTensor, TensorStorage } from './value.ts';

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
  readonly storages = new Map<TensorStorage, string>();
  readonly #texts = new Map<string, number>();
  /** Classes, by module and name. */
  readonly #classes = new Map<string, number>();
  readonly #nodes = new Map<PickleNode, number>();
  #remembered = 0;

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
        this.#memoized(this.#classes, `${node.module}\n${node.name}\n`, (key) => this.#class(key));
        break;
      case 'tuple':
        if (node.items.length === 0) this.op(')');
        else this.#memoized(this.#nodes, node, () => this.#tuple(node.items));
        break;
      case 'list':
        if (this.#isNew(node, () => this.op(']'))) this.#append(node);
        break;
      case 'dict':
        if (this.#isNew(node, () => this.op('}'))) this.#set(node);
        break;
      case 'call':
        if (this.#isNew(node, () => this.#call(node))) this.#fill(node);
        break;
      case 'tensor':
        this.#tensor(node);
        break;
      case 'storage':
        this.save(tuple('storage', node.class, this.#keyOf(node.storage), 'cpu', node.storage.length));
        this.op('Q');
        break;
      case 'persistent':
        this.save(node.id);
        this.op('Q');
    }
  }

  #keyOf(storage: TensorStorage): string {
    const key = this.storages.get(storage) ?? String(this.storages.size);
    this.storages.set(storage, key);
    return key;
  }

  /** Makes an object that is filled afterwards, when it is in the memo, so that it may contain itself. */
  #isNew(node: PickleNode, make: () => void): boolean {
    const known = this.#nodes.has(node);
    this.#memoized(this.#nodes, node, make);
    return !known;
  }

  /** The second time, only the memo's index. */
  #memoized<K>(memo: Map<K, number>, key: K, make: (key: K) => void): void {
    const known = memo.get(key);
    if (known !== undefined) {
      this.#indexed('h', 'j', known);
      return;
    }
    make(key);
    memo.set(key, this.#remembered);
    this.#remember();
  }

  #remember(): void {
    this.#indexed('q', 'r', this.#remembered++);
  }

  /** Nobody refers to what `tensorCall` makes: it gets its places in the memo, but is not kept to be met again. */
  #tensor(node: PyTensor): void {
    const { callee, args } = tensorCall(node, this.#keyOf(node.storage));
    this.save(callee);
    this.op('(');
    for (const argument of args) this.#unshared(argument);
    this.op('t');
    this.op('R');
    this.#remember();
  }

  #unshared(value: PickleValue): void {
    if (typeof value !== 'object' || value === null) this.save(value);
    else if (value.kind === 'persistent') {
      this.#unshared(value.id);
      this.op('Q');
    } else if (value.kind === 'tuple' && value.items.length > 0) {
      this.#tuple(value.items);
      this.#remember();
    } else if (value.kind === 'call') {
      this.#call(value);
      this.#remember();
    } else this.save(value);
  }

  #indexed(short: string, long: string, index: number): void {
    this.op(index < 256 ? short : long);
    if (index < 256) this.out.uint8(index);
    else this.out.uint32(index);
  }

  #text(value: string): void {
    this.#memoized(this.#texts, value, () => {
      this.op('X');
      this.out.uint32(Buffer.byteLength(value));
      this.out.text(value);
    });
  }

  #class(lines: string): void {
    this.op('c');
    this.out.text(lines);
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) this.#float(value);
    else if (value >= 0 && value < 256) this.#small('K', () => this.out.uint8(value));
    else if (value >= 0 && value < 65_536) this.#small('M', () => this.out.uint16(value));
    else if (value >= -(2 ** 31) && value < 2 ** 31) this.#small('J', () => this.out.int32(value));
    else this.#long(BigInt(value));
  }

  #small(opcode: string, write: () => void): void {
    this.op(opcode);
    write();
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
    if (node.items) this.#append({ kind: 'list', items: node.items });
    if (node.entries) this.#set({ kind: 'dict', entries: node.entries });
    if (node.state === undefined) return;
    this.save(node.state);
    this.op('b');
  }

  #append({ items }: PyList): void {
    for (let at = 0; at < items.length; at += BATCH) {
      const batch = items.slice(at, at + BATCH);
      if (batch.length > 1) this.op('(');
      for (const item of batch) this.save(item);
      this.op(batch.length > 1 ? 'e' : 'a');
    }
  }

  #set({ entries }: PyDict): void {
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
