/** Layers that a run quantized and ModelOpt does not, as its deviations tell. */
export const onlyOurs = told(/^(.+?) is quantized; ModelOpt leaves it out: /);

/** Weights of a MatMul whose scales lie along another axis than ModelOpt's. */
export const otherAxes = told(/^The weight (.+?) of the MatMul .+? has its scales along axis /);

function told(sentence: RegExp): (deviations: readonly string[]) => readonly string[] {
  return (deviations) => deviations.flatMap((deviation) => sentence.exec(deviation)?.[1] ?? []);
}

/** `nodes_to_exclude` for these nodes and no others: patterns match the beginning of a name. */
export function excluding(nodes: readonly string[]): { readonly nodes_to_exclude?: readonly string[] } {
  const patterns = nodes.map((name) => `${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
  return patterns.length === 0 ? {} : { nodes_to_exclude: patterns };
}
