import type { OnnxModel, OnnxNode } from '../../formats/onnx/model.ts';
import { freshNames } from '../../graph/fresh-names.ts';
import type { Companion, RecurrentSite } from '../companion.ts';
import type { InputQuantizer } from '../input-quantizer.ts';
import { expandRecurrent, type LayerQuantizers } from './expand-recurrent.ts';

export type QuantizedRecurrence = {
  readonly model: OnnxModel;
  /** Modules whose layers are of a kind that cannot be written out, and stay as they are. */
  readonly left: readonly string[];
};

/** `model` is the companion's graph with whatever else was changed in it; its recurrent nodes are known by their outputs. */
export function withQuantizedRecurrence(
  model: OnnxModel,
  { graph: { graph }, recurrent }: Companion,
  quantizers: readonly InputQuantizer[],
): QuantizedRecurrence {
  const sites = new Map(recurrent.map((site) => [outputsOf(graph.nodes[site.node]), site]));
  const freshName = freshNames(model.graph);
  const left = new Set<string>();
  const constants = [...model.graph.initializers];
  const nodes = model.graph.nodes.flatMap((node) => {
    const site = sites.get(outputsOf(node));
    const layer = site ? quantizersOf(site, quantizers) : [];
    if (!site || layer.every((quantizer) => quantizer === null)) return [node];
    const expanded = expandRecurrent(node, layer, freshName);
    if (!expanded) left.add(site.module);
    else constants.push(...expanded.constants);
    return expanded?.nodes ?? [node];
  });
  return { model: { ...model, graph: { ...model.graph, nodes, initializers: constants } }, left: [...left] };
}

const outputsOf = (node: OnnxNode | undefined): string => JSON.stringify(node?.outputs ?? []);

function quantizersOf({ module, layer, directions }: RecurrentSite, all: readonly InputQuantizer[]): LayerQuantizers {
  const own = all.filter((quantizer) => quantizer.module === module && quantizer.layer?.layer === layer);
  const of = (direction: 'forward' | 'reverse') => own.find((one) => one.layer?.direction === direction) ?? null;
  return directions === 2 ? [of('forward'), of('reverse')] : [of('forward')];
}
