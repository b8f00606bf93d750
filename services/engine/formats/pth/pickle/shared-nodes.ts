import { limits } from '../../limits.ts';
import { tuple } from './build.ts';
import type { PickleValue, PyGlobal, PyTuple } from './value.ts';

const LONGEST = 6;

/** What stands in a pickle many times and never changes — names of classes, shapes, strides — is kept once. */
export class SharedNodes {
  readonly empty: PyTuple = tuple();
  readonly #globals = new Map<string, PyGlobal>();
  readonly #integers = new Map<string, PyTuple>();

  /** The name as `make` judged it when it was written so first; null if the file names too many. */
  global(written: string, make: () => PyGlobal): PyGlobal | null {
    const known = this.#globals.get(written);
    if (known) return known;
    if (this.#globals.size >= limits.pickleGlobals) return null;
    const made = make();
    this.#globals.set(written, made);
    return made;
  }

  /** A tuple of a few integers that was there before, or from now on is; null for any other. */
  integers(items: readonly PickleValue[]): PyTuple | null {
    if (items.length === 0) return this.empty;
    if (items.length > LONGEST || !items.every((item) => typeof item === 'number')) return null;
    const key = items.join();
    const known = this.#integers.get(key);
    if (known || this.#integers.size >= limits.pickleGlobals) return known ?? null;
    const made: PyTuple = { kind: 'tuple', items };
    this.#integers.set(key, made);
    return made;
  }
}
