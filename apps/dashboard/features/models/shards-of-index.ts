/** An index of 200,000 tensors has 20 MB. */
const largestIndex = 64 * 2 ** 20;

/** The names of the files that an index of shards refers to, in their order; null if the text is no index. */
export async function shardsOfIndex(file: Blob): Promise<readonly string[] | null> {
  if (file.size > largestIndex) return null;
  try {
    const index: unknown = JSON.parse(await file.text());
    const map = typeof index === 'object' && index !== null && 'weight_map' in index ? index.weight_map : null;
    if (typeof map !== 'object' || map === null) return null;
    const names: unknown[] = [...new Set(Object.values(map))];
    return names.every((name) => typeof name === 'string') ? names.sort() : null;
  } catch {
    return null;
  }
}

export function isIndex(name: string): boolean {
  return /\.index\.json$/i.test(name);
}
