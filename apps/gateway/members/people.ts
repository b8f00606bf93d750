import type { PrismaClient } from '#prisma/generated/client/client.ts';

type Person = { readonly id: string; readonly name: string; readonly email: string };

/** Names of people by user id, for one operation: asked for one by one, looked up together. */
export type People = { find(userId: string): Promise<Person> };

export function createPeople(auth: PrismaClient): People {
  const known = new Map<string, Promise<Person>>();
  let batch: { readonly ids: string[]; readonly found: Promise<ReadonlyMap<string, Person>> } | null = null;
  const load = (id: string): Promise<Person> => {
    batch ??= startBatch();
    batch.ids.push(id);
    return batch.found.then((people) => people.get(id) ?? { id, name: 'Former member', email: '' });
  };
  const startBatch = () => {
    const ids: string[] = [];
    const found = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      batch = null;
      const rows = await auth.user.findMany({
        where: { id: { in: ids } },
        select: { id: true, name: true, email: true },
      });
      return new Map(rows.map((row) => [row.id, row]));
    });
    return { ids, found };
  };
  return {
    find(userId) {
      const person = known.get(userId) ?? load(userId);
      known.set(userId, person);
      return person;
    },
  };
}
