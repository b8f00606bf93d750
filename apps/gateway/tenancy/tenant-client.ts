import type { TenantTransaction } from './transaction.ts';

/** As Pothos' Prisma plugin types a client; it never connects by itself. */
export type TenantClient = TenantTransaction & { $connect(): Promise<void> };

/**
 * A client for resolvers that are handed one before any transaction is open (Pothos' Prisma plugin asks for it
 * synchronously): each call first waits for the operation's tenant transaction and then is that transaction's call.
 */
export function createTenantClient(open: () => Promise<TenantTransaction>): TenantClient {
  let last: Promise<unknown> = Promise.resolve();
  // A connection does one thing at a time, however many resolvers ask at once.
  const call = (path: readonly string[]) => (args: readonly unknown[]) => {
    const result = last.then(async () => {
      const tx = await open();
      const owner: unknown = path.length === 2 ? Reflect.get(tx, path[0] ?? '') : tx;
      const method: unknown = Reflect.get(Object(owner), path[path.length - 1] ?? '');
      if (typeof method !== 'function') throw new TypeError(`The database client has no ${path.join('.')}`);
      return Reflect.apply(method, owner, args);
    });
    last = result.catch(() => undefined);
    return result;
  };
  const delegate = (model: string) =>
    new Proxy(
      {},
      {
        get: (_, method) =>
          named(
            method,
            (name) =>
              (...args: unknown[]) =>
                call([model, name])(args),
          ),
      },
    );
  const client = new Proxy(
    {},
    {
      has: () => true,
      get: (_, property) =>
        named(property, (name) => (name.startsWith('$') ? (...args: unknown[]) => call([name])(args) : delegate(name))),
    },
  );
  return client as TenantClient;
}

/** Symbols and `then` belong to the language (await, inspection), everything else to the database. */
function named<T>(property: string | symbol, make: (name: string) => T): T | undefined {
  return typeof property === 'string' && property !== 'then' ? make(property) : undefined;
}
