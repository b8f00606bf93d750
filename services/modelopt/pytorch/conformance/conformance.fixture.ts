import { catalogue } from '#contract/recipe/catalogue.ts';
import type { JsonValue, LayerRule, Recipe } from '#contract/recipe/recipe.ts';
import type { ParityNet } from '#kit/parity-net.ts';

/** The recipe that asks for what a case of test/fixtures/modelopt-nets is. */
export function recipeOf(net: ParityNet, given: ParityCase, batchSize: number): Recipe {
  return { ...catalogue['modelopt.pytorch'].preset, algorithm: 'max', ...recipes[given](net, batchSize) };
}

type Changes = Partial<Recipe>;

const kwargs = (backend_kwargs: { readonly [key: string]: JsonValue }): Changes => ({ backend_kwargs });

const int8 = { dtype: 'int8' } as const;
const fp8 = { dtype: 'fp8_e4m3fn' } as const;
const native = { dtype: 'native' } as const;

/** Modules whose quantizers the case `skip` disables, or single quantizers, and modules of which it disables the input’s only. */
const skips: { readonly [Net in ParityNet]: { readonly modules: readonly string[]; readonly inputs?: string } } = {
  convbn: { modules: ['layer1.0.conv2'], inputs: 'fc' },
  mobile: { modules: ['*se.fc?', 'head'] },
  mlp: { modules: ['*fc1'] },
  vit: { modules: ['*attn.[qk]', 'head'] },
  unet: { modules: ['up2', 'down?', 'out'] },
  rnn: { modules: ['lstm.layer_1_input_quantizer', '*weight_hh*'] },
  embed: { modules: ['decoder'] },
  audio: { modules: ['conv[!1]'] },
  twice: { modules: [], inputs: 'shared' },
};

function skipping(net: ParityNet): Changes {
  const { modules, inputs } = skips[net];
  if (!inputs) return { skip_names: modules };
  const rule = { module_name: inputs, weights: int8, activations: native };
  return { skip_names: modules, layers: [rule], ...kwargs({ preset: 'INT8_DEFAULT_CFG' }) };
}

/** What TAO's own specifications skip. */
const taoSkips = [
  ...['*lm_head*', '*block_sparse_moe.gate*', '*router*', '*output_layer*', 'output.*'],
  ...['BatchNorm1d', 'BatchNorm2d', 'BatchNorm3d', 'LeakyReLU', '*head*'],
];

function tao(layers: readonly LayerRule[], skip_names: readonly string[] = taoSkips): Changes {
  return { layers, skip_names, ...kwargs({ compat: 'tao' }) };
}

const withHead: ReadonlySet<ParityNet> = new Set(['mobile', 'vit', 'rnn', 'twice']);

function taoAxis(net: ParityNet): Changes {
  const everything = { module_name: '*', weights: { ...int8, quant_axis: 0 }, activations: int8 };
  const head = { module_name: 'head', weights: fp8, activations: native };
  return tao(
    withHead.has(net) ? [everything, head] : [everything],
    taoSkips.filter((pattern) => pattern !== '*head*'),
  );
}

const recipes = {
  int8: () => ({}),
  fp8: () => kwargs({ preset: 'FP8_DEFAULT_CFG' }),
  int8wo: () => kwargs({ preset: 'INT8_WEIGHT_ONLY_CFG' }),
  skip: skipping,
  mse: () => ({ algorithm: 'mse' }),
  smoothquant: () => kwargs({ preset: 'INT8_SMOOTHQUANT_CFG' }),
  'hist-percentile': (_, batch_size) => ({ algorithm: 'percentile', ...kwargs({ percentile: 99.9, batch_size }) }),
  'hist-entropy': (_, batch_size) => ({ algorithm: 'entropy', ...kwargs({ batch_size }) }),
  'tao-int8': () => tao([{ module_name: '*', weights: int8, activations: int8 }]),
  'tao-fp8': () => tao([{ module_name: '*', weights: fp8, activations: fp8 }]),
  'tao-linear': () => tao([{ module_name: 'Linear', weights: int8, activations: int8 }], []),
  'tao-axis': taoAxis,
  'tao-weights': () => tao([{ module_name: '*', weights: int8, activations: null }]),
} as const satisfies Record<string, (net: ParityNet, batchSize: number) => Changes>;

export type ParityCase = keyof typeof recipes;
export const parityCases = Object.keys(recipes) as readonly ParityCase[];
