import type { BackendInput } from '#contract/backend.ts';
import { listNames } from '#contract/list-names.ts';
import { type Plan, type PlannedLayer, type PlannedTensor, verdictOf } from '#contract/plan.ts';
import { checkRecipe } from '#contract/recipe/check-recipe.ts';
import { type OnnxSettings, onnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { QuantizedTensor } from '#engine/graph/insert/quantized-tensors.ts';
import { type DecidedLayer, decide, type Placement } from './decide.ts';
import { idleSettings } from './idle-settings.ts';
import type { Network } from './network.ts';
import { networkOf } from './opened-network.ts';
import { bytesAfter, bytesBefore } from './sizes.ts';

/**
 * Where Q/DQ would go. Some of ModelOpt's rules are about shapes that only a run tells, so one sample goes through
 * the graph; no value of it is kept.
 */
export async function plan(input: BackendInput): Promise<Plan> {
  checkRecipe(input.recipe);
  const settings = onnxSettings(input.recipe);
  const network = await networkOf(input, settings);
  const before = await bytesBefore(network, input.files.model);
  return describe(network, decide(network, input.recipe, settings), {
    settings,
    before,
    warnings: [...idleSettings(settings, input.files), ...declaredFor(network)],
  });
}

function describe(
  network: Network,
  placement: Placement,
  {
    settings,
    before,
    warnings,
  }: { readonly settings: OnnxSettings; readonly before: number; readonly warnings: readonly string[] },
): Plan {
  const tensors = new Map(placement.tensors.map((tensor) => [tensor.tensor, tensor]));
  return {
    backend: 'modelopt.onnx',
    layers: placement.layers.map((layer) => planned(network, layer, { tensors, mode: settings.mode })),
    rules: placement.rules,
    warnings: [...warnings, ...placement.warnings],
    bytesBefore: before,
    bytesAfter: bytesAfter(network, placement, { settings, before }),
  };
}

function declaredFor({ undeclared }: Network): readonly string[] {
  if (undeclared.length === 0) return [];
  return [
    `The model has operators of ${listNames(undeclared)} and imports no opset of ${undeclared.length === 1 ? 'that domain' : 'those domains'}, so that ONNX calls it invalid: the result imports version 1.`,
  ];
}

type Mode = OnnxSettings['mode'];

function planned(
  network: Network,
  layer: DecidedLayer,
  { tensors, mode }: { readonly tensors: ReadonlyMap<string, QuantizedTensor>; readonly mode: Mode },
): PlannedLayer {
  const { node, weight } = layer;
  const quantized = layer.quantized ? node.inputs.flatMap((input) => tensors.get(input) ?? []) : [];
  const activation = quantized.find((tensor) => tensor.tensor !== weight);
  const weightTensor = quantized.find((tensor) => tensor.tensor === weight);
  const shape = weight === null ? [] : (network.weights.get(weight)?.shape ?? []);
  const weights = weightTensor ? plannedTensor(mode, weightTensor) : null;
  const activations = activation ? plannedTensor(mode, activation) : null;
  const verdict = verdictOf({ weights, activations, isSkipped: layer.skipped });
  return {
    name: node.name,
    class: layer.class,
    evidence: layer.evidence,
    shape,
    verdict,
    weights,
    activations,
    reason: verdict === 'inputs' ? `${layer.reason}; ${whyInputs(layer, mode)}` : layer.reason,
  };
}

function whyInputs({ weight }: DecidedLayer, mode: Mode): string {
  return `${weight === null ? 'it has no weight, ' : ''}only its inputs become ${words[mode]}`;
}

const words = { int8: 'int8', fp8: 'FP8' } as const;
const dtypes = { int8: 'int8', fp8: 'fp8_e4m3fn' } as const;

function plannedTensor(mode: Mode, { axis }: QuantizedTensor): PlannedTensor {
  return { dtype: dtypes[mode], granularity: axis === null ? 'per-tensor' : 'per-channel', axis };
}
