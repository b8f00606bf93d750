import { readFile } from 'node:fs/promises';
import type { WeightDtype } from '#engine/numerics/weight-scheme.ts';
import type { NumberFormat } from '../quantizer.ts';

type Golden = {
  /** By network and case; by module. Digests of bytes. */
  readonly nets: { readonly [net: string]: { readonly [module: string]: PackedDigest } };
  /** Bytes as hex. */
  readonly halves: readonly {
    readonly dtype: WeightDtype;
    readonly format: NumberFormat;
    readonly rows: number;
    readonly weight: string;
    readonly scale: string;
    readonly codes: string;
    readonly read: string;
  }[];
};

export type PackedDigest = { readonly dtype: string; readonly weight: string; readonly scale: string };

/** What real ModelOpt packed: test/golden/make_modelopt_packed.py. */
export async function packedGolden(): Promise<Golden> {
  return JSON.parse(await readFile(goldenFile, 'utf8'));
}

const goldenFile = new URL('../../../../test/golden/modelopt-packed.json', import.meta.url);
