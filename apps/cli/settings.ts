import { parse } from 'yaml';
import { InputError } from '#contract/failure.ts';

/** `key=value` of `--set`; values are YAML. Errors: RECIPE_INVALID. */
export function settings(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw notSetting(pair, 'it is not of the form key=value');
      return [pair.slice(0, at), parseValue(pair, pair.slice(at + 1))];
    }),
  );
}

function parseValue(pair: string, text: string): unknown {
  try {
    return parse(text, { schema: 'core', maxAliasCount: 0, logLevel: 'error' });
  } catch (cause) {
    throw notSetting(pair, `its value is no YAML (${cause instanceof Error ? cause.message.split('\n')[0] : cause})`);
  }
}

function notSetting(pair: string, why: string): InputError {
  return new InputError('RECIPE_INVALID', `--set ${pair} cannot be used: ${why}`, {
    remedy: 'Write, for example, --set high_precision_dtype=fp32.',
  });
}
