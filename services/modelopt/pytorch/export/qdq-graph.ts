import type { TorchMethod } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Companion, ModuleInput } from '#engine/companion/companion.ts';
import { tensorRanks } from '#engine/companion/modules/tensor-ranks.ts';
import { withQdq } from '#engine/companion/quantized/with-qdq.ts';
import type { WeightSource } from '#engine/companion/weights/weight-source.ts';
import { withWeights } from '#engine/companion/weights/with-weights.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import type { TensorStore } from '#engine/formats/onnx/tensor-store.ts';
import { leastOpset, raiseOpset } from '#engine/graph/prepare/raise-opset.ts';
import type { ExportedQuantizer, LeftQuantizer } from './exported-quantizer.ts';
import { inputPairs } from './input-pairs.ts';
import { weightPairs } from './weight-pairs.ts';

export type QuantizedNetwork = {
  readonly companion: Companion;
  /** What the user calls the companion. */
  readonly graphName: string;
  readonly quantizers: readonly ExportedQuantizer[];
  readonly inputsOf: (module: string) => readonly ModuleInput[];
  /** Weights that the algorithm changed; the others are the companion's, which are the checkpoint's. */
  readonly changed: WeightSource;
  /** Where the changed ones go. */
  readonly store: TensorStore;
  readonly method: TorchMethod;
};

export type QdqGraph = { readonly model: OnnxModel; readonly left: readonly LeftQuantizer[] };

/**
 * The companion with a Q/DQ pair for every quantizer, where `torch.onnx.export` puts those of a network that ModelOpt
 * quantized: weights stay float in front of theirs. Errors: UNSUPPORTED if the graph is too old for an opset with FP8.
 */
export async function qdqGraph(network: QuantizedNetwork): Promise<QdqGraph> {
  const { quantizers, inputsOf, method, changed: weights, store, graphName } = network;
  const companion = { ...network.companion, graph: await withWeights(network.companion, { weights, store }) };
  const ofRole = (role: 'weight' | 'input') => quantizers.filter(({ quantizer }) => quantizer.role === role);
  const placed = [weightPairs(companion, ofRole('weight'), method), inputPairs(ofRole('input'), inputsOf)];
  const paired = withQdq(
    companion.graph,
    placed.flatMap(({ pairs }) => pairs),
  );
  const ranks = tensorRanks(companion.graph.graph);
  const raised = raiseOpset(paired, { name: graphName, atLeast: leastOpset, ranks });
  return {
    model: { ...raised, rest: { ...raised.rest, producerName: 'zeropoint', producerVersion: '' } },
    left: placed.flatMap(({ left }) => left),
  };
}
