import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawBatches, type Seeded } from '../../../../test/golden/calibrators/activations.ts';
import { createCalibrator } from './calibrator.ts';
import { addToHistogram, firstHistogram, type TorchHistogram } from './torch-histogram.ts';

type Golden = { readonly seeded: Seeded } & (
  | { readonly error: string }
  | {
      readonly error?: undefined;
      readonly bins: number;
      readonly edges: number;
      readonly count: number;
      readonly countsSha256: string;
      readonly edgesSha256: string;
      readonly entropy: string;
      readonly percentile: Readonly<Record<string, string>>;
    }
);

const { sets }: { sets: Readonly<Record<string, Golden>> } = JSON.parse(
  readFileSync(new URL('../../../../test/golden/torch-calibrators/histograms.json', import.meta.url), 'utf8'),
);

describe.each(Object.entries(sets))('activations %s', (name, golden) => {
  const batches = drawBatches('float32', golden.seeded);
  const calibrated = (method: Parameters<typeof createCalibrator>[0]) => {
    const calibrator = createCalibrator(method, 'float32');
    for (const batch of batches) calibrator.collect(batch);
    return calibrator;
  };

  if (golden.error !== undefined) {
    it('are calibrated where ModelOpt fails, and it is said', () => {
      expect(golden.error).toContain('OverflowError');
      const calibrator = calibrated({ kind: 'torch-entropy' });
      expect(calibrator.range().max).toBeGreaterThan(1);
      expect(calibrator.departures().join()).toContain('nothing but zeros, at which ModelOpt');
    });
    return;
  }

  // Of zeros alone torch counts in a bin of [-1, 1], which decides nothing.
  it.skipIf(name === 'zeros')('have the bins, counts and edges of torch', () => {
    const [first = new Float32Array(0), ...others] = batches;
    const { seeded, entropy, percentile, ...histogram } = golden;
    const { counts, edges } = others.reduce<TorchHistogram>(
      (histogram, values) => addToHistogram(histogram, { values, batches: 1 }),
      firstHistogram(first, 0),
    );
    expect({
      bins: counts.length,
      edges: edges.length,
      count: counts.reduce((sum, count) => sum + count, 0),
      edgesSha256: sha256(edges),
      countsSha256: sha256(BigInt64Array.from(counts, BigInt)),
    }).toMatchObject(histogram);
  });

  it('have the amax of ModelOpt', () => {
    const percentiles = Object.keys(golden.percentile).map((percentile) => {
      const calibrator = calibrated({ kind: 'torch-percentile', percentile: Number(percentile) });
      return [percentile, hexadecimal(calibrator.range().max)];
    });
    expect(Object.fromEntries(percentiles)).toEqual(golden.percentile);
    const entropy = calibrated({ kind: 'torch-entropy' });
    expect(hexadecimal(entropy.range().max)).toBe(golden.entropy);
    expect(entropy.departures()).toEqual([]);
  });
});

function hexadecimal(x: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(x);
  return bytes.toString('hex');
}

function sha256(values: Float32Array | BigInt64Array): string {
  return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');
}
