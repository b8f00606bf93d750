/** The up to `count` names that are closest to `wanted` by edit distance, nearest first; for “did you mean”. */
export function nearestNames(wanted: string, names: Iterable<string>, count = 3): string[] {
  const plain = plainName(wanted);
  return [...new Set(names)]
    .slice(0, maxNames)
    .map((name) => ({ name, distance: distance(plain, name.slice(0, maxLength)) }))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

/** Of the nearest those that could be meant: two letters or a third of them may differ, and fewer than half. */
export function nearNames(wanted: string, names: Iterable<string>): string[] {
  const plain = plainName(wanted);
  return nearestNames(wanted, names).filter((name) => {
    const longer = Math.max(plain.length, name.length);
    const differing = distance(plain, name.slice(0, maxLength));
    return differing <= Math.max(2, longer / 3) && differing < longer / 2;
  });
}

/** Wildcards stand for what the name would have. */
function plainName(wanted: string): string {
  return wanted.replaceAll(/[*?[\]!]/g, '').slice(0, maxLength);
}

const maxLength = 128;
const maxNames = 20_000;

/** Levenshtein, with two rows; a name that contains the other counts as near. */
function distance(a: string, b: string): number {
  if (a !== '' && b !== '' && (a.includes(b) || b.includes(a))) return Math.abs(a.length - b.length) / 4;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substituted, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
