import { optionWords } from '#dashboard/features/wizard/option-words.ts';

/** What tells one recipe from another in a line: “int8 per row”, “fp8 e4m3fn per group of 64”, “int8, fp8 e5m2 per row”. */
export function recipeWords(recipe: unknown): string {
  if (!isRecord(recipe)) return '';
  const rules = Array.isArray(recipe.layers) ? recipe.layers.filter(isRecord) : [];
  const named = rules.flatMap(({ weights }) => (isRecord(weights) ? [optionWords(weights.dtype)] : []));
  // Every backend makes INT8 where no rule says otherwise.
  const dtypes = rules.length === 0 ? ['int8'] : [...new Set(named)].filter((dtype) => dtype !== 'native');
  const shared = recipe.backend === 'torchao' ? granularityIn(recipe, rules) : [];
  return [dtypes.join(', '), shared.join(', ')].filter(Boolean).join(' ');
}

type Fields = Readonly<Record<string, unknown>>;

function granularityIn(recipe: Fields, rules: readonly Fields[]): readonly string[] {
  const usual = usualGranularity(isRecord(recipe.backend_kwargs) ? recipe.backend_kwargs : {});
  const quantizing = rules.flatMap(({ weights }) => (isRecord(weights) && weights.dtype !== 'native' ? [weights] : []));
  if (rules.length === 0) return [usual];
  return [...new Set(quantizing.map((weights) => ownGranularity(weights) ?? usual))];
}

function ownGranularity({ quant_axis, group_size }: Fields): string | null {
  if (group_size != null) return `per group of ${group_size}`;
  if (quant_axis === undefined) return null;
  return quant_axis === null ? 'per tensor' : 'per row';
}

function usualGranularity({ granularity, group_size }: Fields): string {
  if (granularity === 'per_group' || (granularity === undefined && group_size != null))
    return `per group of ${group_size ?? 128}`;
  return optionWords(granularity ?? 'per_row');
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
