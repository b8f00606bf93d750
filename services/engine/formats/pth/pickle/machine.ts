import { limits } from '../../limits.ts';
import type { Cursor } from './cursor.ts';
import { PagedList } from './paged-list.ts';
import { SharedNodes } from './shared-nodes.ts';
import type { PickleValue, PyPersistent } from './value.ts';

/** The pickle virtual machine's memory: a stack with marks, and a memo, all bounded. It holds data and runs nothing. */
export class PickleMachine {
  readonly cursor: Cursor;
  /** `module.name` of every class that is not a known one. */
  readonly unknownGlobals = new Set<string>();
  readonly shared = new SharedNodes();
  readonly persistent: PyPersistent[] = [];
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  /** Picklers count the memo up; an index out of turn may be any 32-bit number. */
  readonly #memo = new PagedList<PickleValue>();
  readonly #farMemo = new Map<number, PickleValue>();
  #objects = 0;

  readonly #outside: ((id: PickleValue) => PickleValue) | undefined;

  constructor(cursor: Cursor, outside?: (id: PickleValue) => PickleValue) {
    this.cursor = cursor;
    this.#outside = outside;
  }

  /** What stands outside the pickle under an id: what the caller knows, else a reference for the container's reader to resolve. */
  pushOutside(id: PickleValue): void {
    if (this.#outside) {
      this.push(this.#outside(id));
      return;
    }
    const node = { kind: 'persistent', id } as const;
    this.persistent.push(node);
    this.push(node);
  }

  /** A value of its own, which costs as much as `objects` of the usual size. */
  push(value: PickleValue, objects = 1): void {
    if (typeof value === 'object' && value !== null) {
      this.#objects += objects;
      if (this.#objects > limits.pickleObjects)
        throw this.cursor.tooMuch(`makes more than ${limits.pickleObjects} objects`);
    }
    this.pushShared(value);
  }

  /** A value that is there already. */
  pushShared(value: PickleValue): void {
    if (this.#stack.length >= limits.pickleStack)
      throw this.cursor.tooMuch(`piles up more than ${limits.pickleStack} values`);
    this.#stack.push(value);
  }

  /** The value on top, which may not lie below the last mark. */
  pop(): PickleValue {
    const value = this.top();
    this.#stack.pop();
    return value;
  }

  top(): PickleValue {
    const value = this.#stack.length > (this.#marks.at(-1) ?? 0) ? this.#stack.at(-1) : undefined;
    if (value === undefined) throw this.cursor.broken('takes a value from an empty stack');
    return value;
  }

  mark(): void {
    if (this.#marks.length >= limits.pickleMarks)
      throw this.cursor.tooMuch(`nests more than ${limits.pickleMarks} deep`);
    this.#marks.push(this.#stack.length);
  }

  /** POP on a mark takes the mark. */
  drop(): void {
    if (this.#marks.at(-1) === this.#stack.length) this.#marks.pop();
    else this.pop();
  }

  popMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.cursor.broken('closes a group that was never opened');
    return this.#stack.splice(mark);
  }

  store(index: number): void {
    if (this.#memo.length + this.#farMemo.size >= limits.pickleMemo)
      throw this.cursor.tooMuch(`remembers more than ${limits.pickleMemo} values`);
    if (index <= this.#memo.length) {
      // A value that was there out of turn is not the one now.
      this.#farMemo.delete(index);
      this.#memo.set(index, this.top());
    } else this.#farMemo.set(index, this.top());
  }

  memoize(): void {
    this.store(this.#memo.length + this.#farMemo.size);
  }

  recall(index: number): void {
    const value = index < this.#memo.length ? this.#memo.get(index) : this.#farMemo.get(index);
    if (value === undefined) throw this.cursor.broken(`recalls value ${index}, which was never stored`);
    this.pushShared(value);
  }

  /** The one value that STOP leaves. */
  result(): PickleValue {
    const value = this.pop();
    if (this.#stack.length > 0 || this.#marks.length > 0)
      throw this.cursor.broken(`leaves ${this.#stack.length} values beside its result`);
    return value;
  }
}
