import { parse } from 'yaml';
import { InputError } from '#contract/failure.ts';
import { nearestNames } from '#contract/nearest-names.ts';
import { backendCard } from '#contract/recipe/catalogue.ts';
import type { BackendId } from '#contract/recipe/recipe.ts';
import { exampleValue } from './option-values.ts';

/** `key=value` of `--set`; values are YAML. Errors: RECIPE_INVALID, with an example of the backend's own. */
export function settings(pairs: readonly string[], backend: BackendId): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const key = at < 0 ? pair : pair.slice(0, at);
      if (at < 1) throw notSetting(pair, 'it is not of the form key=value', example(key, backend));
      return [key, parseValue({ pair, text: pair.slice(at + 1), remedy: example(key, backend) })];
    }),
  );
}

function parseValue({ pair, text, remedy }: { pair: string; text: string; remedy: string }): unknown {
  try {
    return parse(text, { schema: 'core', maxAliasCount: 0, logLevel: 'error' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : cause;
    throw notSetting(pair, `its value is no YAML (${why})`, remedy);
  }
}

/** Of the key that was meant, or the nearest that the backend has. */
function example(key: string, backend: BackendId): string {
  const { kwargs } = backendCard(backend);
  const known = Object.hasOwn(kwargs, key) ? key : (nearestNames(key, Object.keys(kwargs), 1)[0] ?? key);
  const option = kwargs[known];
  if (!option) return `Leave it out: ${backend} has no options to set.`;
  const setting = `${known}=${exampleValue(option)}`;
  // A shell has a meaning of its own for brackets, stars and spaces.
  return `Write, for example, --set ${/[^\w.,:/=-]/.test(setting) ? `'${setting}'` : setting}.`;
}

function notSetting(pair: string, why: string, remedy: string): InputError {
  return new InputError('RECIPE_INVALID', `--set ${pair} cannot be used: ${why}`, { remedy });
}
