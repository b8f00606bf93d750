import { fileURLToPath } from 'node:url';
import { openNpz } from '#engine/formats/npz/open.ts';
import { roundToFloat16 } from '#engine/numerics/float16.ts';
import { widenFloat16 } from '#engine/numerics/reference/widen.ts';

/** The sets of data.npz: name -> its batches, float16 widened. */
export async function readSets(): Promise<ReadonlyMap<string, readonly Float32Array[]>> {
  const npz = await openNpz(fileURLToPath(new URL('data.npz', import.meta.url)), 'data.npz');
  const sets = new Map<string, Float32Array[]>();
  for (const { name, dtype, shape } of npz.arrays) {
    const [set = '', batch] = name.split('/');
    const { buffer } = await npz.readRows(name, 0, shape[0] ?? 0);
    const batches = sets.get(set) ?? [];
    batches[Number(batch)] = dtype === 'float16' ? widenFloat16(new Uint16Array(buffer)) : new Float32Array(buffer);
    sets.set(set, batches);
  }
  await npz.close();
  return sets;
}

export type Seeded = { readonly kind: string; readonly batches: readonly (readonly [count: number, factor: number])[] };

const kinds: Readonly<Record<string, (x: number) => number>> = {
  bell: (x) => x,
  relu: (x) => Math.max(x, 0),
  cube: (x) => x * x * x,
  'cube-relu': (x) => Math.max(x * x * x, 0),
  eighths: (x) => Math.floor(x * 8) / 8,
  steps: (x) => Math.floor(Math.abs(x) * 2),
};

/** The numbers that make_calibrators.py draws for a seeded set. */
export function drawBatches(dtype: 'float32' | 'float16', { kind, batches }: Seeded): readonly Float32Array[] {
  const shape = kinds[kind];
  if (!shape) throw new Error(`no kind ${kind}`);
  let state = 1;
  const uniform = () => {
    state = (Math.imul(1103515245, state) + 12345) & 0x7fffffff;
    return state / 2 ** 31;
  };
  return batches.map(([count, factor]) =>
    Float32Array.from({ length: count }, () => {
      const x = Math.fround(shape((uniform() + uniform() + uniform() + uniform() - 2) * factor));
      return dtype === 'float16' ? roundToFloat16(x) : x;
    }),
  );
}
