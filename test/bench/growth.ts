import { ours } from './contenders.ts';
import { type Figure, figuresOf } from './figure.ts';
import { type Cost, interleave } from './measure.ts';
import { withLinears } from './with-linears.ts';

/** 60 weights [2048, 2048] of float32 are 1 GB. */
const layersOfGigabyte = 60;

/** Cost for each gigabyte at 2, 4 and 8 GB against that at 1 GB: it is to stay the same, and memory not to grow at all. */
export async function growthFigures(): Promise<readonly Figure[]> {
  const costs = new Map<number, Cost>();
  for (const gigabytes of [1, 2, 4, 8])
    await withLinears({ layers: layersOfGigabyte * gigabytes, width: 2048, dtype: 'float32' }, async (input) => {
      const [cost] = await interleave([ours({ input, weights: 'int8' })], 3);
      costs.set(gigabytes, {
        wallSeconds: cost!.wallSeconds / gigabytes,
        cpuSeconds: cost!.cpuSeconds! / gigabytes,
        peakRssBytes: cost!.peakRssBytes,
      });
    });
  const theirs = costs.get(1)!;
  return [2, 4, 8].flatMap((gigabytes) =>
    figuresOf({
      name: `quantizing ${gigabytes} GB, for each`,
      ours: costs.get(gigabytes)!,
      against: 'at 1 GB',
      theirs,
      goals: { wall: 1.15, CPU: 1.15, memory: 1.15 },
    }),
  );
}
