import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { freshNames } from './fresh-names.ts';

/**
 * Lists of tensors that have none in common: one that stands in a list before, or twice in its own, gets another name
 * through an Identity.
 */
export function aliasTensors(
  model: OnnxModel,
  lists: readonly (readonly string[])[],
): { readonly model: OnnxModel; readonly lists: readonly (readonly string[])[] } {
  const fresh = freshNames(model.graph);
  const taken = new Set<string>();
  const copies: OnnxNode[] = [];
  const distinct = lists.map((list) =>
    list.map((tensor) => {
      if (!taken.has(tensor)) {
        taken.add(tensor);
        return tensor;
      }
      const copy = fresh(`${tensor}/again`);
      copies.push({
        name: copy,
        op: 'Identity',
        domain: '',
        inputs: [tensor],
        outputs: [copy],
        attributes: [],
        rest: {},
      });
      return copy;
    }),
  );
  const { graph } = model;
  return { model: { ...model, graph: { ...graph, nodes: [...graph.nodes, ...copies] } }, lists: distinct };
}
