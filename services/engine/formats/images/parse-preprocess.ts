import { parseDocument } from 'yaml';
import { InputError } from '#contract/failure.ts';
import { colors, interpolations, layouts, type PreprocessWishes } from '#contract/preprocess.ts';

/** What is said of an image's way to a tensor, as YAML or JSON text. `where` names the text. Errors: RECIPE_INVALID. */
export function parsePreprocess(text: string | Uint8Array, where: string): PreprocessWishes {
  const document = parseDocument(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'), {
    schema: 'core',
    logLevel: 'silent',
  });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw invalid(`${where} cannot be read: ${problem.message.split('\n')[0]?.replace(/:\s*$/, '')}`);
  try {
    return readPreprocess(document.toJS({ maxAliasCount: 0 }) ?? {}, where);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw invalid(`${where} uses aliases (\`*name\`)`);
  }
}

/** The same of a value. Errors: RECIPE_INVALID, naming key and value. */
function readPreprocess(value: unknown, where: string): PreprocessWishes {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`${where} is not a list of settings such as “resize: 256”`);
  const read: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) {
    if (!Object.hasOwn(settings, key))
      throw invalid(`${where} says ${key}, which is none of ${Object.keys(settings).join(', ')}`);
    const { takes, read: readOne } = settings[key as keyof PreprocessWishes];
    const taken = readOne(one);
    if (taken === undefined) throw invalid(`${where} says ${key}: ${shown(one)}; it takes ${takes}`);
    read[key] = taken;
  }
  return read as PreprocessWishes;
}

const largestSide = 16_384;

type Setting<Value> = { readonly takes: string; read(value: unknown): Value | undefined };

const settings: { readonly [Key in keyof PreprocessWishes]-?: Setting<PreprocessWishes[Key]> } = {
  resize: {
    takes: `the length of the shorter side, [height, width] (1 to ${largestSide}), or none`,
    read: (value) => (isNone(value) ? null : (side(value) ?? sides(value))),
  },
  interpolation: oneOf(interpolations),
  crop: {
    takes: `the length of both sides, [height, width] (1 to ${largestSide}), or none`,
    read(value) {
      if (isNone(value)) return null;
      const both = side(value);
      return both === undefined ? sides(value) : [both, both];
    },
  },
  color: oneOf(colors),
  scale: { takes: 'a positive number such as 1/255', read: (value) => positive(fraction(value)) },
  mean: { takes: 'a number for each channel: [0.485, 0.456, 0.406]', read: (value) => numbers(value, finite) },
  std: {
    takes: 'a positive number for each channel: [0.229, 0.224, 0.225]',
    read: (value) => numbers(value, positive),
  },
  layout: oneOf(layouts),
};

function oneOf<Word extends string>(words: readonly Word[]): Setting<Word> {
  return {
    takes: words.join(', '),
    read: (value) => words.find((word) => typeof value === 'string' && word === value.toLowerCase()),
  };
}

const isNone = (value: unknown) => value === null || value === 'none';

function side(value: unknown): number | undefined {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= largestSide ? Number(value) : undefined;
}

function sides(value: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [height, width] = value.map(side);
  return height === undefined || width === undefined ? undefined : [height, width];
}

/** `1/255` as well as 0.00392156862745098. */
function fraction(value: unknown): unknown {
  const parts = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s*\/\s*(\d+(?:\.\d+)?)$/.exec(value) : null;
  return parts ? Number(parts[1]) / Number(parts[2]) : value;
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(Math.fround(value)) ? value : undefined;
}

/** In float32 too: who divides by it must not divide by zero. */
function positive(value: unknown): number | undefined {
  const number = finite(value);
  return number !== undefined && Math.fround(number) > 0 ? number : undefined;
}

function numbers(value: unknown, read: (one: unknown) => number | undefined): readonly number[] | undefined {
  const all = (Array.isArray(value) ? value : [value]).map(read);
  const good = all.filter((one) => one !== undefined);
  return good.length === all.length && (all.length === 1 || all.length === 3) ? good : undefined;
}

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? 'nothing';

function invalid(what: string): InputError {
  return new InputError('RECIPE_INVALID', what, {
    remedy: 'Write for example: resize: 256, crop: 224, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225].',
  });
}
