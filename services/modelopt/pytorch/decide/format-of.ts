import type { QuantDtype, TensorRule } from '#contract/recipe/recipe.ts';
import type { NumberFormat } from '../quantizer.ts';

/** What a rule's dtype is rounded to; null: it stays as it is. TAO takes e5m2 for e4m3, and the recipe is checked for it. */
export function formatOf(asked: TensorRule | null): NumberFormat | null {
  return asked === null ? null : formats[asked.dtype];
}

const formats: { readonly [Dtype in QuantDtype]: NumberFormat | null } = {
  int8: 'int8',
  fp8_e4m3fn: 'fp8_e4m3fn',
  fp8_e5m2: 'fp8_e4m3fn',
  native: null,
};
