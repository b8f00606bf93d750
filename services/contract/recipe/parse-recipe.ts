import { parseDocument } from 'yaml';
import * as z from 'zod';
import { InputError } from '../failure.ts';
import { nearestNames } from '../nearest-names.ts';
import { backendCard } from './catalogue.ts';
import { checkRecipe } from './check-recipe.ts';
import { algorithms, backendIds, dtypes, type JsonValue, modes, type Recipe } from './recipe.ts';

export type ParsedRecipe = { readonly recipe: Recipe; readonly warnings: readonly string[] };

/**
 * Reads TAO's `quantize:` section, as YAML text or as an object, with or without the `quantize` key around it.
 * Keys nobody knows are errors with the nearest known name; keys TAO itself no longer reads are warnings.
 */
export function parseRecipe(source: unknown): ParsedRecipe {
  const root = typeof source === 'string' ? parseYaml(source) : source;
  const section = isRecord(root) && 'quantize' in root ? root.quantize : root;
  if (!isRecord(section)) throw invalid('a recipe is a mapping with the key `backend`', `backend: ${backendIds[0]}`);
  const warnings = obsoleteKeys.filter((key) => key in section).map((key) => `${key} is accepted and has no effect`);
  const known = Object.fromEntries(Object.entries(section).filter(([key]) => !isObsolete(key)));
  const parsed = recipeSchema.safeParse(known);
  if (!parsed.success) throw describeIssue(parsed.error.issues[0], known);
  const { backend, mode, algorithm, ...rest } = parsed.data;
  const card = backendCard(backend);
  const recipe: Recipe = {
    backend,
    mode: mode ?? card.preset.mode,
    algorithm: card.algorithms.length === 0 ? null : (algorithm ?? card.preset.algorithm),
    ...rest,
  };
  checkRecipe(recipe);
  const idle = algorithm && card.algorithms.length === 0;
  return {
    recipe,
    warnings: idle ? [...warnings, `algorithm ${algorithm} has no effect: ${backend} calibrates nothing`] : warnings,
  };
}

/** Where the platform decides (paths), or what TAO removed from its schema. */
const obsoleteKeys = ['model_path', 'results_dir', 'default_layer_dtype', 'default_activation_dtype'];
const isObsolete = (key: string): boolean => obsoleteKeys.includes(key);

const maxYamlCharacters = 262_144;
const maxRules = 1_000;

const word = <T extends string>(values: readonly T[], aliases: Readonly<Record<string, T>> = {}) =>
  z
    .string()
    .transform((text) => aliases[text.toLowerCase()] ?? text.toLowerCase())
    .pipe(z.enum(values as [T, ...T[]]));

const tensorRule = z.strictObject({
  dtype: word(dtypes, { float8_e4m3fn: 'fp8_e4m3fn', float8_e5m2: 'fp8_e5m2' }),
  quant_axis: z.number().int().nullable().optional(),
  group_size: z.number().int().positive().optional(),
  // Read by no backend of TAO either.
  observer_or_fake_quant: z.string().optional(),
  observer_or_fake_quant_kwargs: z.record(z.string(), z.unknown()).optional(),
});

const keptTensorRule = tensorRule
  .transform(({ dtype, quant_axis, group_size }) => ({
    dtype,
    ...(quant_axis === undefined ? {} : { quant_axis }),
    ...(group_size === undefined ? {} : { group_size }),
  }))
  .nullable()
  .default(null);

const pattern = z.string().min(1).max(1_000);

const json: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
);

const recipeSchema = z.strictObject({
  backend: z.enum(backendIds),
  mode: word(modes).optional(),
  algorithm: word(algorithms).nullable().optional(),
  layers: z
    .array(z.strictObject({ module_name: pattern, weights: keptTensorRule, activations: keptTensorRule }))
    .max(maxRules)
    .default([]),
  skip_names: z.array(pattern).max(maxRules).default([]),
  device: z
    .string()
    .regex(/^(cuda|cpu|trt|cuda:[0-9]+)$/)
    .default('cpu'),
  backend_kwargs: z.record(z.string(), json).default({}),
});

function parseYaml(text: string): unknown {
  if (text.length > maxYamlCharacters)
    throw invalid(
      `the YAML has ${text.length} characters, the limit is ${maxYamlCharacters}`,
      'Shorten the list of rules.',
    );
  const document = parseDocument(text, { schema: 'core', prettyErrors: true, logLevel: 'silent' });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem)
    throw invalid(
      `the YAML cannot be read: ${problem.message.split('\n')[0]?.replace(/:\s*$/, '')}`,
      'Mend the line it names.',
    );
  try {
    // A recipe has no use for aliases, and a few of them can stand for billions of nodes.
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw invalid('the YAML uses aliases (`*name`)', 'Write the values out.', cause);
  }
}

function describeIssue(issue: z.core.$ZodIssue | undefined, section: Readonly<Record<string, unknown>>): InputError {
  const where = issue && issue.path.length > 0 ? issue.path.join('.') : 'the recipe';
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const known =
      issue.path.length === 0
        ? Object.keys(recipeSchema.shape)
        : [...Object.keys(tensorRule.shape), 'module_name', 'weights', 'activations'];
    return invalid(`${where} has the unknown key \`${key}\``, `Did you mean \`${nearestNames(key, known, 1)[0]}\`?`);
  }
  const value = issue?.path.reduce<unknown>(
    (at, key) => (isRecord(at) || Array.isArray(at) ? Reflect.get(at, key) : undefined),
    section,
  );
  if (issue?.code === 'invalid_value' && value !== undefined)
    return invalid(`${where} is ${JSON.stringify(value)}`, `It can be ${issue.values.join(', ')}.`);
  if (value === undefined)
    return invalid(`${where} is missing`, where === 'backend' ? `It can be ${backendIds.join(', ')}.` : undefined);
  return invalid(`${where} is ${JSON.stringify(value)?.slice(0, 80)}: ${issue?.message ?? 'not understood'}`);
}

function invalid(what: string, remedy?: string, cause?: unknown): InputError {
  return new InputError('RECIPE_INVALID', `The recipe cannot be used: ${what}`, {
    ...(remedy ? { remedy } : {}),
    cause,
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
