/** Numbers that wait, of which the largest comes next: a binary heap. */
export type LargestFirst = {
  add(value: number): void;
  /** undefined if none waits. */
  peek(): number | undefined;
  take(): number | undefined;
};

export function largestFirst(): LargestFirst {
  const heap: number[] = [];
  const at = (index: number) => heap[index] ?? Number.NEGATIVE_INFINITY;
  const swap = (a: number, b: number) => {
    const [first, second] = [at(a), at(b)];
    heap[a] = second;
    heap[b] = first;
  };
  return {
    add(value) {
      heap.push(value);
      for (let index = heap.length - 1; index > 0; ) {
        const above = (index - 1) >> 1;
        if (at(above) >= at(index)) return;
        swap(above, index);
        index = above;
      }
    },
    peek: () => heap[0],
    take() {
      const [top] = heap;
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return top;
      heap[0] = last;
      for (let index = 0; ; ) {
        const left = 2 * index + 1;
        const larger = at(left + 1) > at(left) ? left + 1 : left;
        if (at(index) >= at(larger)) return top;
        swap(index, larger);
        index = larger;
      }
    },
  };
}
