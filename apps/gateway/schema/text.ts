import { InvalidInputError } from '../errors.ts';

/** A name as people type it: trimmed, one line, 1 to `max` characters. */
export function readName(path: readonly string[], text: string, max = 100): string {
  const name = text.trim().replace(/\s+/gu, ' ');
  if (name.length === 0) throw new InvalidInputError(path, 'The name is empty.', 'Give it a name.');
  if (name.length > max) {
    throw new InvalidInputError(path, `The name has ${name.length} characters; ${max} are the limit.`, 'Shorten it.');
  }
  if (/\p{C}/u.test(name)) {
    throw new InvalidInputError(path, 'The name has characters that cannot be seen.', 'Type it again by hand.');
  }
  return name;
}

/** A name as part of an address: lower case letters, digits and dashes. Empty if nothing of it can be one. */
export function slugify(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '');
}
