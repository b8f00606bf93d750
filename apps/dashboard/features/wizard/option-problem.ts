import { formatCount } from '#dashboard/ui/format/number.ts';
import { optionWords } from './option-words.ts';

type Range = { readonly min: number; readonly max: number; readonly whole: boolean };

/** What an option takes: one of these is there. */
export type Takes = {
  readonly choices?: readonly { readonly value?: unknown }[] | null;
  readonly range?: Range | null;
  readonly texts?: { readonly of: string; readonly among?: readonly string[] | null } | null;
  readonly text?: { readonly pattern: string; readonly example: string } | null;
  readonly initial?: unknown;
};

const longestText = 1_000;

/** Why an option does not take a value, as a sentence to stand beside its field; null when it does. */
export function optionProblem({ choices, range, texts, text, initial }: Takes, value: unknown): string | null {
  if (value === (initial ?? null)) return null;
  if (choices)
    return choices.some((choice) => choice.value === value) ? null : `${optionWords(value)} is not among its values.`;
  if (range) return numberProblem(range, value);
  if (texts) return listProblem(texts, value);
  if (!text) return null;
  const fits = typeof value === 'string' && value.length <= longestText && new RegExp(text.pattern).test(value);
  return fits ? null : `Write it as in ${text.example}.`;
}

function numberProblem({ min, max, whole }: Range, value: unknown): string | null {
  const isNumber = typeof value === 'number' && (whole ? Number.isSafeInteger(value) : Number.isFinite(value));
  if (isNumber && value >= min && value <= max) return null;
  return `Write a ${whole ? 'whole ' : ''}number from ${formatCount(min)} to ${formatCount(max)}.`;
}

function listProblem({ of, among }: NonNullable<Takes['texts']>, value: unknown): string | null {
  if (!Array.isArray(value)) return `The YAML says something else than a list of ${of}.`;
  const foreign = among && value.find((one) => !among.includes(one));
  if (foreign !== undefined && foreign !== null) return `${optionWords(foreign)} is not among the ${of}.`;
  const fits = value.every((one) => typeof one === 'string' && one !== '' && one.length <= longestText);
  return fits ? null : `Each of the ${of} is a text of at most ${formatCount(longestText)} characters.`;
}
