type Layer = { readonly name: string; readonly class: string; readonly verdict: string; readonly reason: string };

/** Whether a layer is of the verdict (`ALL`: any) and its name, class or reason holds every word, whatever its case. */
export function layerMatches(verdict: string, search: string): (layer: Layer) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return (layer) => {
    if (verdict !== 'ALL' && layer.verdict !== verdict) return false;
    if (words.length === 0) return true;
    const text = `${layer.name}\n${layer.class}\n${layer.reason}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
