const PAGE = 1 << 12;

/** A list that grows without being copied: an array of millions leaves several times its size behind as it grows. */
export class PagedList<T> {
  readonly #pages: T[][] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get(index: number): T | undefined {
    return this.#pages[Math.floor(index / PAGE)]?.[index % PAGE];
  }

  /** In place of the value at `index`, or behind the last. */
  set(index: number, value: T): void {
    if (index > this.#length) throw new Error(`index ${index} is beyond the list's ${this.#length} values`);
    const page = Math.floor(index / PAGE);
    const values = this.#pages[page];
    if (values) values[index % PAGE] = value;
    else this.#pages[page] = [value];
    if (index === this.#length) this.#length++;
  }
}
