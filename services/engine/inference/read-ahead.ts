/** What `read` makes of each item, in order; while one is used the next is being read. */
export async function* readAhead<Item, Value>(
  items: readonly Item[],
  read: (item: Item) => Promise<Value>,
): AsyncGenerator<Value> {
  let next: Promise<Value> | null = null;
  try {
    for (const [index, item] of items.entries()) {
      const value: Value = await (next ?? read(item));
      const following = items[index + 1];
      next = following === undefined ? null : read(following);
      // Whoever awaits it hears of a failure; one that nobody waits for any more is none.
      next?.catch(() => {});
      yield value;
    }
  } finally {
    // What is read from may be closed as soon as this returns.
    await next?.catch(() => {});
  }
}
