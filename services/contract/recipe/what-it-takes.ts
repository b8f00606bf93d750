import type { OptionCard } from './option-card.ts';
import type { JsonValue } from './recipe.ts';

const mostTexts = 1_000;
const longestText = 1_000;

/** What an option takes, as a sentence, if it does not take `value`; null if it does. Left at its `initial` it always may be. */
export function whatItTakes({ takes, initial }: OptionCard, value: JsonValue): string | null {
  if (value === initial) return null;
  if ('oneOf' in takes) {
    // No value is what leaving the option out means, and nobody writes it.
    const offered = takes.oneOf.filter((one) => one !== null);
    return takes.oneOf.includes(value) ? null : `It offers ${offered.map(show).join(', ')}.`;
  }
  if ('integer' in takes) {
    const { min, max } = takes.integer;
    return isWithin(value, takes.integer) && Number.isInteger(value)
      ? null
      : `It takes a whole number from ${min} to ${max}.`;
  }
  if ('number' in takes)
    return isWithin(value, takes.number) ? null : `It takes a number from ${takes.number.min} to ${takes.number.max}.`;
  if ('text' in takes)
    return typeof value === 'string' && value.length <= longestText && takes.text.pattern.test(value)
      ? null
      : `Write it as in ${show(takes.text.example)}.`;
  return whatListsTake(takes.texts, value);
}

type Texts = Extract<OptionCard['takes'], { readonly texts: unknown }>['texts'];

function whatListsTake({ of, example, among }: Texts, value: JsonValue): string | null {
  const isList = Array.isArray(value) && value.length <= mostTexts && value.every(isText);
  if (!isList) return `It takes a list of at most ${mostTexts} ${of}, such as [${show(example)}].`;
  const foreign = among && value.find((one) => !among.includes(one));
  return foreign === undefined
    ? null
    : `It takes a list of ${of}, and ${show(foreign)} is none: there is ${among?.join(', ')}.`;
}

function isWithin(value: JsonValue, { min, max }: { readonly min: number; readonly max: number }): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestText;
}

const show = (value: JsonValue): string => JSON.stringify(value);
