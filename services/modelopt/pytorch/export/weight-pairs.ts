import type { TorchMethod } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Companion, CompanionWeight } from '#engine/companion/companion.ts';
import type { NodeRead } from '#engine/companion/quantized/with-qdq.ts';
import type { OnnxGraph } from '#engine/formats/onnx/model.ts';
import { constantPairs } from './constant-pairs.ts';
import type { ExportedQuantizer } from './exported-quantizer.ts';
import { foldedAmax } from './folded-amax.ts';
import type { PlacedPairs } from './input-pairs.ts';
import { stackedPairs } from './stacked-pairs.ts';

/** A quantized weight where the graph holds it. */
export type WeightInGraph = { readonly one: ExportedQuantizer; readonly weight: CompanionWeight };

/** What a graph is asked about its constants. */
export type ConstantReads = {
  readonly companion: Companion;
  readonly readsOf: (constant: string) => readonly NodeRead[];
};

/** A pair on every quantized weight that the graph uses, with its axis in the layout that the graph keeps it in. */
export function weightPairs(
  companion: Companion,
  quantizers: readonly ExportedQuantizer[],
  method: TorchMethod,
): PlacedPairs {
  const { graph } = companion.graph;
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const found = quantizers.flatMap((one): WeightInGraph[] =>
    companion.weights
      .filter(({ tensor }) => tensor === one.quantizer.weight?.name)
      .map((weight) => {
        const constant = weight.transformation.fold ? constants.get(weight.initializer) : undefined;
        return { weight, one: constant ? { ...one, amax: foldedAmax(constant, one.quantizer, method) } : one };
      }),
  );
  const reads = { companion, readsOf: readsByName(graph) };
  const isStacked = ({ weight }: WeightInGraph) => weight.transformation.part !== null;
  const placed = [
    constantPairs(
      found.filter((weight) => !isStacked(weight)),
      reads,
    ),
    stackedPairs(found.filter(isStacked), reads),
  ];
  return { pairs: placed.flatMap(({ pairs }) => pairs), left: placed.flatMap(({ left }) => left) };
}

function readsByName({ nodes }: OnnxGraph): (name: string) => readonly NodeRead[] {
  const reads = new Map<string, NodeRead[]>();
  for (const [node, { inputs }] of nodes.entries())
    for (const [input, name] of inputs.entries()) {
      const known = reads.get(name);
      if (known) known.push({ node, input });
      else reads.set(name, [{ node, input }]);
    }
  return (name) => reads.get(name) ?? [];
}
