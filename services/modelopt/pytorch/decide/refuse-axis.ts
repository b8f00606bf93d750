import { InputError } from '#contract/failure.ts';
import type { LayerRule } from '#contract/recipe/recipe.ts';
import type { Quantizer } from '../quantizer.ts';

type Asked = { readonly role: Quantizer['role']; readonly axis: number | null | undefined };

/** Errors: UNSUPPORTED for an axis that ModelOpt's modules have no use for. */
export function refuseAxis(rule: LayerRule, { role, axis }: Asked): void {
  if (axis === undefined || axis === null || (axis === 0 && role === 'weight')) return;
  const offered =
    role === 'weight'
      ? '0 (one scale an output channel) or null (one for the tensor)'
      : 'null (one scale for the tensor)';
  throw new InputError(
    'UNSUPPORTED',
    `The rule “${rule.module_name}” sets quant_axis to ${axis} for ${role === 'weight' ? 'weights' : 'activations'}; modelopt.pytorch offers ${offered}`,
    { remedy: 'Leave quant_axis out.' },
  );
}
