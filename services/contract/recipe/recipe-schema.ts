import * as z from 'zod/mini';
import english from 'zod/v4/locales/en.js';
import { algorithms, backendIds, dtypes, type JsonValue, modes } from './recipe.ts';

// The small half of zod, and one of its fifty languages: a command line reads a recipe in each of its runs.
z.config(english());

const maxRules = 1_000;

const word = <T extends string>(values: readonly T[], aliases: Readonly<Record<string, T>> = {}) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text: string) => aliases[text.toLowerCase()] ?? text.toLowerCase()),
    ),
    z.enum(values as [T, ...T[]]),
  );

/** What a recipe says of a weight or an activation. */
export const tensorRule = z.strictObject({
  dtype: word(dtypes, { float8_e4m3fn: 'fp8_e4m3fn', float8_e5m2: 'fp8_e5m2' }),
  quant_axis: z.optional(z.nullable(z.int())),
  group_size: z.optional(z.int().check(z.positive())),
  // Read by no backend of TAO either.
  observer_or_fake_quant: z.optional(z.string()),
  observer_or_fake_quant_kwargs: z.optional(z.record(z.string(), z.unknown())),
});

const keptTensorRule = z._default(
  z.nullable(
    z.pipe(
      tensorRule,
      z.transform(({ dtype, quant_axis, group_size }: z.infer<typeof tensorRule>) => ({
        dtype,
        ...(quant_axis === undefined ? {} : { quant_axis }),
        ...(group_size === undefined ? {} : { group_size }),
      })),
    ),
  ),
  null,
);

const pattern = z.string().check(z.minLength(1), z.maxLength(1_000));

const json: z.ZodMiniType<JsonValue> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
);

/** The keys of TAO's `quantize:` section, as written. */
export const recipeSchema = z.strictObject({
  backend: z.enum(backendIds),
  mode: z.optional(word(modes)),
  algorithm: z.optional(z.nullable(word(algorithms))),
  layers: z._default(
    z
      .array(z.strictObject({ module_name: pattern, weights: keptTensorRule, activations: keptTensorRule }))
      .check(z.maxLength(maxRules)),
    [],
  ),
  skip_names: z._default(z.array(pattern).check(z.maxLength(maxRules)), []),
  device: z._default(z.string().check(z.regex(/^(cuda|cpu|trt|cuda:[0-9]+)$/)), 'cpu'),
  backend_kwargs: z._default(z.record(z.string(), json), {}),
});

export type RecipeIssue = z.core.$ZodIssue;
