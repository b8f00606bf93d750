/**
 * A generator that can be left while it waits. By itself `return` would queue behind the pending `next`, which may
 * wait for long; `end` is called first, and makes that wait resolve.
 */
export function endable<T>(generator: AsyncGenerator<T, void, void>, end: () => void): AsyncGenerator<T, void, void> {
  const leave = generator.return.bind(generator);
  return Object.assign(generator, {
    return(value?: void | PromiseLike<void>) {
      end();
      return leave(value);
    },
  });
}
