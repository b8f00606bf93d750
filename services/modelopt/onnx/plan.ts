import { stat } from 'node:fs/promises';
import type { BackendInput } from '#contract/backend.ts';
import { type Plan, type PlannedLayer, plannedInt8 } from '#contract/plan.ts';
import { checkRecipe } from '#contract/recipe/check-recipe.ts';
import { onnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { QuantizedTensor } from '#engine/graph/insert/quantized-tensors.ts';
import { type DecidedLayer, decide, type Placement } from './decide.ts';
import { type Network, openNetwork } from './network.ts';

/**
 * Where Q/DQ would go. Some of ModelOpt's rules are about shapes that only a run tells, so one sample goes through
 * the graph; no value of it is kept.
 */
export async function plan(input: BackendInput): Promise<Plan> {
  checkRecipe(input.recipe);
  const settings = onnxSettings(input.recipe);
  const network = await openNetwork(input, settings);
  const { size } = await stat(input.files.model.path);
  return describe(network, decide(network, input.recipe, settings), size);
}

function describe(network: Network, placement: Placement, bytesBefore: number): Plan {
  const tensors = new Map(placement.tensors.map((tensor) => [tensor.tensor, tensor]));
  return {
    backend: 'modelopt.onnx',
    layers: placement.layers.map((layer) => planned(network, layer, tensors)),
    rules: placement.rules,
    warnings: placement.warnings,
    bytesBefore,
    bytesAfter: bytesBefore + placement.tensors.reduce((sum, tensor) => sum + pairBytes(network, tensor), 0),
  };
}

function planned(network: Network, layer: DecidedLayer, tensors: ReadonlyMap<string, QuantizedTensor>): PlannedLayer {
  const { node, weight } = layer;
  const quantized = layer.quantized ? node.inputs.flatMap((input) => tensors.get(input) ?? []) : [];
  const activation = quantized.find((tensor) => tensor.tensor !== weight);
  const weightTensor = quantized.find((tensor) => tensor.tensor === weight);
  const shape = weight === null ? [] : (network.weights.get(weight)?.shape ?? []);
  return {
    name: node.name,
    class: layer.class,
    evidence: layer.evidence,
    shape,
    verdict: weightTensor ? 'quantized' : layer.skipped ? 'skipped' : 'native',
    weights: weightTensor ? plannedInt8(weightTensor.axis) : null,
    activations: activation ? plannedInt8(activation.axis) : null,
    reason:
      layer.quantized && weight === null
        ? `${layer.reason}; it has no weight, only its inputs become int8`
        : layer.reason,
  };
}

/** Two nodes with their names, and scale and zero point of each channel; weights themselves stay float in the file. */
function pairBytes(network: Network, { tensor, axis }: QuantizedTensor): number {
  const channels = axis === null ? 1 : (network.weights.get(tensor)?.shape[axis] ?? 1);
  return 12 * tensor.length + 260 + 5 * channels;
}
