import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawBatches, readSets, type Seeded } from '../../../../test/golden/calibrators/activations.ts';
import { numberToFloat16, roundToFloat16 } from '../float16.ts';
import { onnxInt8Scale, onnxInt8ScaleOfHalf } from '../onnx-int8-scale.ts';
import { divergence } from '../reference/divergence.ts';
import { createCalibrator } from './calibrator.ts';
import { entropyThreshold } from './entropy-threshold.ts';
import { finiteRange, union } from './finite-range.ts';
import { precisions } from './precision.ts';
import { addBatch, type SignedHistogram } from './signed-histogram.ts';

type Golden = { readonly dtype: 'float32' | 'float16'; readonly seeded: Seeded | null } & (
  | { readonly error: string }
  | {
      readonly error?: undefined;
      readonly bins: number;
      readonly count: number;
      readonly countsSha256: string;
      readonly edgesSha256: string;
      readonly start: number;
      readonly end: number;
      readonly lo: string;
      readonly hi: string;
    }
);

const goldens: Readonly<Record<string, Golden>> = read('entropy.json').sets;
const scales: Readonly<Record<string, Readonly<Record<string, string | { error: string }>>>> =
  read('scales.json').scales;

let sets: ReadonlyMap<string, readonly Float32Array[]>;
beforeAll(async () => {
  sets = await readSets();
});

describe.each(Object.entries(goldens))('activations %s', (name, golden) => {
  const { dtype } = golden;
  const precision = precisions[dtype];
  const batches = () => (golden.seeded ? drawBatches(dtype, golden.seeded) : (sets.get(name) ?? []));

  if (golden.error !== undefined) {
    it('are refused where ModelOpt fails', () => {
      const calibrator = createCalibrator({ kind: 'entropy' }, dtype);
      expect(golden.error).toContain('cannot convert float infinity');
      expect(() => batches().forEach(calibrator.collect)).toThrow('one of them is not finite');
    });
    return;
  }

  it('have the bins, counts, edges and range of ModelOpt', () => {
    const histogram = batches().reduce<SignedHistogram | null>((seen, batch) => addBatch(seen, batch, precision), null);
    if (!histogram) throw new Error('no batches');
    const { start, end, min, max } = entropyThreshold(histogram, precision);
    const { counts, edges } = histogram;
    expect({
      bins: counts.length,
      count: counts.reduce((sum, count) => sum + count, 0),
      countsSha256: sha256(BigInt64Array.from(counts, BigInt)),
      edgesSha256: sha256(edges),
      start,
      end,
      lo: hexadecimal(min),
      hi: hexadecimal(max),
    }).toEqual({ ...golden, dtype: undefined, seeded: undefined });
  });

  if (!scales[name]) return;

  it('have the scales of ModelOpt, also with max', () => {
    const calibrator = createCalibrator({ kind: 'entropy' }, dtype);
    for (const batch of batches()) calibrator.collect(batch);
    const whole = batches().map(finiteRange).reduce(union);
    for (const [method, { min, max }] of Object.entries({ entropy: calibrator.range(), max: whole })) {
      const { int8, fp8 } = scalesOf[dtype](min, max);
      expect([int8, fp8]).toEqual([scales[name]?.[`int8 ${method}`], scales[name]?.[`fp8 ${method}`]]);
    }
  });
});

it('the search chooses with the kernel what it chooses in plain JavaScript', () => {
  for (const dtype of ['float32', 'float16'] as const) {
    const precision = precisions[dtype];
    const batches = drawBatches(dtype, {
      kind: 'cube',
      batches: [
        [2000, 1],
        [2000, 2.5],
      ],
    });
    const histogram = batches.reduce<SignedHistogram | null>((seen, batch) => addBatch(seen, batch, precision), null);
    if (!histogram) throw new Error('no batches');
    const plain = entropyThreshold(histogram, precision, divergence);
    expect(entropyThreshold(histogram, precision)).toEqual(plain);
    expect(plain.start).toBeGreaterThan(0);
  }
});

/** fp8 scales are int8 scales times 448, divided by 127, in the dtype of the scale. */
const scalesOf = {
  float32: (min, max) => {
    const scale = onnxInt8Scale(min, max);
    return { int8: hexadecimal(scale), fp8: hexadecimal(Math.fround(Math.fround(scale * 448) / 127)) };
  },
  float16: (min, max) => {
    const scale = onnxInt8ScaleOfHalf(min, max);
    return { int8: half(scale), fp8: half(roundToFloat16(roundToFloat16(scale * 448) / 127)) };
  },
} as const satisfies Record<string, (min: number, max: number) => { int8: string; fp8: string }>;

function hexadecimal(x: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(x);
  return bytes.toString('hex');
}
function half(x: number): string {
  return numberToFloat16(x).toString(16).padStart(4, '0');
}

function sha256(values: Float32Array | BigInt64Array): string {
  return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');
}

function read(file: string) {
  return JSON.parse(readFileSync(new URL(`../../../../test/golden/calibrators/${file}`, import.meta.url), 'utf8'));
}
