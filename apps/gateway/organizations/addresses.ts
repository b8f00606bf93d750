import { randomUUID } from 'node:crypto';
import { slugify } from '../schema/text.ts';

const longest = 48;
const numbered = 9;

/**
 * Addresses for an organization of this name, in the order in which they are tried: its own, the same with a number,
 * and one that is free, since a person who only gives a name cannot know which are taken. A name in another script
 * than Latin has no address of its own letters.
 */
export function* addresses(name: string): Generator<string> {
  const own = slugify(name);
  if (own !== '') {
    yield own;
    for (let n = 2; n <= numbered; n++) yield suffixed(own, String(n));
  }
  yield suffixed(own || 'organization', randomUUID().slice(0, 8));
}

function suffixed(address: string, suffix: string): string {
  return `${address.slice(0, longest - suffix.length - 1).replace(/-+$/, '')}-${suffix}`;
}
