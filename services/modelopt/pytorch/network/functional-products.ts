import type { PlannedLayer } from '#contract/plan.ts';
import type { Companion } from '#engine/companion/companion.ts';
import { pathsTo } from '#engine/companion/modules/name-prefix.ts';
import { nodeScope } from '#engine/companion/modules/node-scope.ts';
import { metadataOf } from '#engine/formats/onnx/metadata.ts';
import type { Network } from './network.ts';

/**
 * Products of two activations, by the module that they are computed in: an attention that calls
 * `scaled_dot_product_attention` or `@`. They belong to no module that ModelOpt could put a quantizer into.
 */
export function functionalProducts({ companion, modules }: Network): readonly PlannedLayer[] {
  if (!companion) return [];
  const known = new Set(modules.flatMap(({ name }) => pathsTo(name)));
  const counts = new Map<string, number>();
  for (const index of productNodes(companion)) {
    const node = companion.graph.graph.nodes[index];
    if (!node) continue;
    const name =
      nodeScope({ name: node.name, metadata: metadataOf(node) }, known)?.path || node.name || `MatMul ${index}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const listed = new Set(modules.filter(({ weight }) => weight !== null).map(({ name }) => name));
  return [...counts].filter(([name]) => !listed.has(name)).map(([name, count]) => functional(name, count));
}

function productNodes({ graph: { graph }, weights }: Companion): readonly number[] {
  const weighted = new Set(weights.flatMap(({ sites }) => sites.map(({ node }) => node)));
  const constants = new Set(graph.initializers.map(({ name }) => name));
  return [...graph.nodes.entries()].flatMap(([index, { op, inputs }]) => {
    const isProduct = op === 'Attention' || (op === 'MatMul' && !inputs.some((name) => constants.has(name)));
    return isProduct && !weighted.has(index) ? [index] : [];
  });
}

function functional(name: string, count: number): PlannedLayer {
  return {
    name,
    class: 'function',
    evidence: `the companion graph multiplies two activations in it${count > 1 ? `, ${count} times` : ''}`,
    shape: [],
    verdict: 'native',
    weights: null,
    activations: null,
    reason:
      'a product of two activations is no module, so ModelOpt has no quantizer for it; modelopt.onnx quantizes such products',
  };
}
