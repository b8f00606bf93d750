import type { OptionCard } from '#contract/recipe/option-card.ts';
import type { JsonValue, Recipe } from '#contract/recipe/recipe.ts';

type Kwargs = Recipe['backend_kwargs'];
type Options = Readonly<Record<string, OptionCard>>;

/**
 * Every option of the backend as the run had it, so that one left out and one that says the same do not differ.
 * null: it has no effect, or none was chosen.
 */
export function optionFacts(kwargs: Kwargs, options: Options): readonly (readonly [string, string | null])[] {
  const unknown = Object.keys(kwargs).filter((key) => !(key in options));
  return [
    ...Object.entries(options).map(([key, option]) => {
      const { onlyWith } = option;
      const idle = onlyWith && effective(onlyWith.option, kwargs, options) !== onlyWith.value;
      return [option.title, idle ? null : show(effective(key, kwargs, options))] as const;
    }),
    ...unknown.map((key) => [`Option ${key}`, show(kwargs[key] ?? null)] as const),
  ];
}

/** An option that is only read beside another one's value says that value, where the other is left out. */
function effective(key: string, kwargs: Kwargs, options: Options): JsonValue {
  const said = kwargs[key];
  if (said !== undefined) return said;
  for (const [other, { onlyWith }] of Object.entries(options)) {
    if (onlyWith?.option === key && kwargs[other] !== undefined) return onlyWith.value;
  }
  return options[key]?.initial ?? null;
}

function show(value: JsonValue): string | null {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every(isPlain)) return value.length === 0 ? 'none' : value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const isPlain = (value: JsonValue): boolean => typeof value === 'string' || typeof value === 'number';
