import type { OptionCard } from '#contract/recipe/option-card.ts';
import type { JsonValue } from '#contract/recipe/recipe.ts';

/** What an option of a backend takes: `pth | safetensors`, `1 … 1048576`, `[Conv, …]`. That it may be left out, nobody has to be told. */
export function optionValues({ takes }: OptionCard): string {
  if ('oneOf' in takes) return takes.oneOf.filter((one) => one !== null).join(' | ');
  if ('texts' in takes) return takes.texts.among ? `[${takes.texts.among.join(', ')}]` : `[${takes.texts.example}, …]`;
  if ('text' in takes) return takes.text.example;
  const { min, max } = 'integer' in takes ? takes.integer : takes.number;
  return `${min} … ${max}`;
}

/** One value that it takes, as YAML on a command line: what a recipe means anyway, if that shows anything. */
export function exampleValue({ takes, initial }: OptionCard): string {
  const isEmpty = Array.isArray(initial) && initial.length === 0;
  if (initial !== null && !isEmpty) return yamlValue(initial);
  if ('oneOf' in takes) return yamlValue(takes.oneOf.find((one) => one !== null) ?? null);
  if ('texts' in takes) return yamlValue([takes.texts.example]);
  if ('text' in takes) return takes.text.example;
  return String('integer' in takes ? takes.integer.max : takes.number.max);
}

/** `pth`, `[Conv, Gemm]` */
export function yamlValue(value: JsonValue): string {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}
