/** More names than this make a sentence nobody reads. */
const mostNames = 4;

/** `a`, `a and b`, `a, b, c, d and 17 more`. */
export function listNames(names: readonly string[]): string {
  const more = names.length - mostNames;
  if (more > 0) return `${names.slice(0, mostNames).join(', ')} and ${more} more`;
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');
}
