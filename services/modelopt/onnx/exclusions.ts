import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import { excludeAttention } from '#engine/graph/exclude/exclude-attention.ts';
import { excludeConvolutions } from '#engine/graph/exclude/exclude-convolutions.ts';
import { excludeProducts, type ShapeOf } from '#engine/graph/exclude/exclude-products.ts';
import type { Exclusion } from '#engine/graph/exclude/exclusion.ts';
import { withPrefixes } from '#engine/graph/exclude/prefix-exclusions.ts';
import { conventionsOf } from './conventions.ts';
import type { Network } from './network.ts';
import { forDla } from './operators.ts';

/** Nodes that stay float because of their shapes and their surroundings, with why; none where DLA is the target. */
export function exclusionsOf(network: Network, settings: OnnxSettings): readonly Exclusion[] {
  if (forDla(settings)) return [];
  const { view, shapes } = network;
  const named = [...attention(network, settings), ...products(network, settings, shapes.products)];
  return [
    ...(conventionsOf(settings).exclusions === 'prefixes' ? withPrefixes(view.nodes, named) : named),
    ...excludeConvolutions(view, settings.mode, shapes.others),
  ];
}

/**
 * What ModelOpt leaves out beyond that: names that begin with an excluded one, and products that are matrix-vector
 * products for one sample. With `compat` there is nothing beyond.
 */
export function onlyModelOptExcludes(network: Network, settings: OnnxSettings): readonly Exclusion[] {
  if (forDla(settings) || conventionsOf(settings).exclusions === 'prefixes') return [];
  const { view, shapes } = network;
  const theirs = withPrefixes(view.nodes, [
    ...attention(network, settings),
    ...products(network, settings, shapes.productsOfOne ?? shapes.products),
  ]);
  const ours = new Set(exclusionsOf(network, settings).map(({ node }) => node));
  return [...new Map(theirs.map((exclusion) => [exclusion.node, exclusion])).values()].filter(
    ({ node }) => !ours.has(node),
  );
}

function attention({ view, shapes }: Network, { mode, disable_mha_qdq }: OnnxSettings): readonly Exclusion[] {
  return excludeAttention(view, disable_mha_qdq ? 'disabled' : mode, shapes.others);
}

function products({ view }: Network, settings: OnnxSettings, shapeOf: ShapeOf): readonly Exclusion[] {
  return settings.enable_gemv_detection_for_trt ? excludeProducts(view, shapeOf) : [];
}
