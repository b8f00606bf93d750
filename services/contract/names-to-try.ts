import { listNames } from './list-names.ts';
import { nearNames } from './nearest-names.ts';

/** A sentence for whoever wrote a name that there is not: those that could be meant, else some of those there are. */
export function namesToTry(wanted: string, names: Iterable<string>): string {
  const there = [...new Set(names)];
  const near = nearNames(wanted, there);
  if (near.length > 0) return `The nearest ${near.length === 1 ? 'name is' : 'names are'} ${near.join(', ')}.`;
  return there.length === 0 ? 'There are no names.' : `No name is near it. The names are ${listNames(there)}.`;
}
