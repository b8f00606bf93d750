import type { Recipe, TensorRule } from './recipe.ts';
import { type TorchaoRelease, torchaoOptions } from './torchao-options.ts';

/** Which weights [N, K] share a scale: a row, all of them, or `size` neighbours in a row. */
export type Granularity =
  | { readonly kind: 'per_row' }
  | { readonly kind: 'per_tensor' }
  | { readonly kind: 'per_group'; readonly size: number };

/** What a recipe asks torchao to make of a weight. */
export type WeightRequest = {
  readonly dtype: 'int8' | 'fp8_e4m3fn' | 'fp8_e5m2';
  readonly granularity: Granularity;
};

/** The options of `backend_kwargs` with what their absence means; values nobody offers have been refused by `checkRecipe`. */
export type TorchaoSettings = {
  /** Where a rule does not choose. */
  readonly granularity: Granularity;
  readonly compat: TorchaoRelease | null;
  readonly outputFormat: 'pth' | 'safetensors';
  readonly restOfCheckpoint: 'drop' | 'keep';
};

export function torchaoSettings({ backend_kwargs: kwargs }: Recipe): TorchaoSettings {
  const { compat, output_format, rest_of_checkpoint } = torchaoOptions;
  return {
    granularity: defaultGranularity(kwargs),
    compat: compat.takes.oneOf.find((one) => one === kwargs.compat) ?? compat.initial,
    outputFormat: output_format.takes.oneOf.find((one) => one === kwargs.output_format) ?? output_format.initial,
    restOfCheckpoint:
      rest_of_checkpoint.takes.oneOf.find((one) => one === kwargs.rest_of_checkpoint) ?? rest_of_checkpoint.initial,
  };
}

/** A group size alone says per group. */
function defaultGranularity({ granularity, group_size }: Recipe['backend_kwargs']): Granularity {
  const size = typeof group_size === 'number' ? group_size : torchaoOptions.group_size.initial;
  if (granularity === 'per_group' || (granularity === undefined && group_size !== undefined))
    return { kind: 'per_group', size };
  return { kind: granularity === 'per_tensor' ? 'per_tensor' : 'per_row' };
}

/** A rule's words for weights, or those of a recipe without rules (undefined: INT8); null if the weight stays as it is. */
export function requestOf(rule: TensorRule | null | undefined, usual: Granularity): WeightRequest | null {
  if (rule === undefined) return { dtype: 'int8', granularity: usual };
  if (rule === null || rule.dtype === 'native') return null;
  return { dtype: rule.dtype, granularity: ruleGranularity(rule) ?? usual };
}

function ruleGranularity({ quant_axis, group_size }: TensorRule): Granularity | null {
  if (group_size !== undefined) return { kind: 'per_group', size: group_size };
  if (quant_axis === undefined) return null;
  return { kind: quant_axis === null ? 'per_tensor' : 'per_row' };
}

/** `per row`, `per tensor`, `per group of 32`. */
export function granularityWords(granularity: Granularity): string {
  return granularity.kind === 'per_group' ? `per group of ${granularity.size}` : granularity.kind.replace('_', ' ');
}
