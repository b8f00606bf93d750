/**
 * What the checkpoint's names have in front of the graph's: `model.` when a Lightning module was saved and the
 * network inside it exported, `module.` after DataParallel. Among the prefixes that all tensors share, the one
 * under which most of the graph's names are tensors or modules of the checkpoint.
 */
export function namePrefix(tensorNames: readonly string[], graphNames: readonly string[]): string {
  const checkpointNames = new Set(tensorNames.flatMap(pathsTo));
  const hits = (prefix: string) => graphNames.filter((name) => checkpointNames.has(prefix + name)).length;
  return commonPrefixes(tensorNames).reduce((best, prefix) => (hits(prefix) > hits(best) ? prefix : best), '');
}

/** '', `a.`, `a.b.` … as long as every name begins with it. */
function commonPrefixes(names: readonly string[]): string[] {
  const parts = (names[0] ?? '').split('.').slice(0, -1);
  const prefixes = parts.map((_, i) => `${parts.slice(0, i + 1).join('.')}.`);
  return ['', ...prefixes.filter((prefix) => names.every((name) => name.startsWith(prefix)))];
}

/** `a.b.weight`: a, a.b, a.b.weight. */
export function pathsTo(name: string): string[] {
  const parts = name.split('.');
  return parts.map((_, i) => parts.slice(0, i + 1).join('.'));
}
