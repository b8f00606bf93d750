import type { BackendId, QuantDtype } from './recipe/recipe.ts';

/** What would be quantized, how, and why not the rest: the answer before any work is done. */
export type Plan = {
  readonly backend: BackendId;
  readonly layers: readonly PlannedLayer[];
  /** One line a pattern of the recipe, in its order, with the number of layers it decided or skipped. */
  readonly rules: readonly RuleHits[];
  readonly warnings: readonly string[];
  /**
   * Of what goes into the result, as it is now: the files of the model without storages that are left out (optimizer
   * states beside the weights), so that dropping them is no merit of quantization.
   */
  readonly bytesBefore: number;
  /** An estimate from shapes and dtypes; the run reports the true number. */
  readonly bytesAfter: number;
};

export type RuleHits = { readonly pattern: string; readonly kind: 'layer' | 'skip'; readonly hits: number };

/**
 * quantized: its weight is. inputs: only what it reads is. native: nothing asks for it or nothing can. skipped: a skip
 * pattern took it out. Plans that are stored from before `inputs` have `native` in its place.
 */
export type Verdict = 'quantized' | 'inputs' | 'native' | 'skipped';

export type PlannedTensor = {
  readonly dtype: QuantDtype;
  /** per-tensor, per-channel along `axis`, or per-group: `groupSize` neighbours along the last axis share a scale. */
  readonly granularity: 'per-tensor' | 'per-channel' | 'per-group';
  readonly axis: number | null;
  readonly groupSize?: number;
};

export type PlannedLayer = {
  /** Qualified module name (`layer1.0.conv1`), or node name in an ONNX graph. */
  readonly name: string;
  /** PyTorch class or ONNX operator type. */
  readonly class: string;
  /** How the class is known, in a few words: “weight of rank 2 with a bias of its first dimension”. */
  readonly evidence: string;
  readonly shape: readonly number[];
  readonly verdict: Verdict;
  readonly weights: PlannedTensor | null;
  readonly activations: PlannedTensor | null;
  /** One clause: which rule decided, or why the layer stays as it is. */
  readonly reason: string;
};

/** One scale for each index of `axis`, or with axis null one for the tensor. */
export function plannedTensor(dtype: QuantDtype, axis: number | null): PlannedTensor {
  return { dtype, granularity: axis === null ? 'per-tensor' : 'per-channel', axis };
}

type QuantizedParts = Pick<PlannedLayer, 'weights' | 'activations'> & { readonly isSkipped: boolean };

/** What is quantized of a layer decides, since a skip pattern may have named a part of it only. */
export function verdictOf({ weights, activations, isSkipped }: QuantizedParts): Verdict {
  if (weights) return 'quantized';
  if (activations) return 'inputs';
  return isSkipped ? 'skipped' : 'native';
}

/** They add up to the number of layers. */
export function countVerdicts(plan: Plan): Record<Verdict, number> {
  const counts = { quantized: 0, inputs: 0, native: 0, skipped: 0 };
  for (const layer of plan.layers) counts[layer.verdict] += 1;
  return counts;
}
