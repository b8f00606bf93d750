import type { OptionCard } from '#contract/recipe/catalogue.ts';

/** What an option of a backend takes: `pth | safetensors`, `1 … 1048576`. That it may be left out, nobody has to be told. */
export function optionValues({ takes }: OptionCard): string {
  if ('oneOf' in takes) return takes.oneOf.filter((one) => one !== null).join(' | ');
  return `${takes.integer.min} … ${takes.integer.max}`;
}
