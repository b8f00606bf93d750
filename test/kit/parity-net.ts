import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { InputFile } from '#contract/backend.ts';

/** The networks of test/fixtures/modelopt-nets. */
export const parityNets = ['convbn', 'mobile', 'mlp', 'vit', 'unet', 'rnn', 'embed', 'audio', 'twice'] as const;
export type ParityNet = (typeof parityNets)[number];

/** The end of a companion's file name: how torch exported it. */
export const companionKinds = { plain: '.onnx', folded: '.folded.onnx', dynamo: '.dynamo.onnx' } as const;
export type CompanionKind = keyof typeof companionKinds;

/** `convbn.pth`, `convbn.folded.onnx` … */
export function parityFile(name: string): InputFile {
  return { path: fileURLToPath(new URL(`../fixtures/modelopt-nets/${name}`, import.meta.url)), name };
}

/** Where PyTorch's tensors are in each companion, found by their values. */
export type CompanionMap = {
  readonly initializers: {
    readonly [name: string]: { readonly tensor: string; readonly how: string; readonly batchNorm?: string };
  };
  /** For each call of each module without submodules: the tensors of the graph that hold what it was called with. */
  readonly modules: { readonly [module: string]: readonly (readonly string[])[] };
};

export const companionMaps = (net: ParityNet): Promise<{ readonly [Kind in CompanionKind]: CompanionMap }> =>
  readJson(`${net}.map.json`);

/** Floats as the hexadecimal digits of their bytes. */
type ExpectedTensor = { readonly shape: readonly number[]; readonly bytes: string };

/** null: there and disabled. */
export type ExpectedQuantizer = {
  readonly numBits: number | readonly number[];
  readonly axis: number | null;
  readonly amax?: ExpectedTensor;
  readonly preQuantScale?: ExpectedTensor;
} | null;

export type ExpectedNet = {
  readonly batchSize: number;
  /** PyTorch class by module name. */
  readonly classes: { readonly [module: string]: string };
  readonly cases: {
    readonly [name: string]: {
      /** Tensors of the state dict that the algorithm changed. */
      readonly changed: readonly string[];
      readonly quantizers: { readonly [name: string]: ExpectedQuantizer };
    };
  };
};

export const expectedOf = (net: ParityNet): Promise<ExpectedNet> => readJson(`${net}.expected.json`);

async function readJson(name: string) {
  return JSON.parse(await readFile(parityFile(name).path, 'utf8'));
}
