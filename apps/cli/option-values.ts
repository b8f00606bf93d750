import type { OptionCard } from '#contract/recipe/option-card.ts';

/** What an option of a backend takes: `pth | safetensors`, `1 … 1048576`, `[Conv, …]`. That it may be left out, nobody has to be told. */
export function optionValues({ takes }: OptionCard): string {
  if ('oneOf' in takes) return takes.oneOf.filter((one) => one !== null).join(' | ');
  if ('texts' in takes) return `[${takes.texts.example}, …]`;
  if ('text' in takes) return takes.text.example;
  const { min, max } = 'integer' in takes ? takes.integer : takes.number;
  return `${min} … ${max}`;
}
