type Layer = { readonly name: string; readonly class: string; readonly verdict: string; readonly reason: string };

/** The layers of a verdict (`ALL`: of any) whose name, class or reason holds every word, whatever its case. */
export function findLayers<T extends Layer>(layers: readonly T[], verdict: string, search: string): readonly T[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (verdict === 'ALL' && words.length === 0) return layers;
  return layers.filter((layer) => {
    if (verdict !== 'ALL' && layer.verdict !== verdict) return false;
    const text = `${layer.name}\n${layer.class}\n${layer.reason}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
