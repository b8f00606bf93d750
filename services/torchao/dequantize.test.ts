import { expect, it } from 'vitest';
import { numberToBfloat16, roundToBfloat16 } from '#engine/numerics/bfloat16.ts';
import { numberToFloat16, roundToFloat16 } from '#engine/numerics/float16.ts';
import { randomBits } from '#engine/numerics/patterns.fixture.ts';
import { dequantizeRows } from '#engine/numerics/reference/dequantize.ts';
import { dequantize } from './dequantize.ts';

const [rows, cols] = [6, 40];
const blocks = {
  'for each row': { rows: 1, cols },
  'for each group': { rows: 1, cols: 8 },
  'for the tensor': { rows, cols },
  'for each tile': { rows: 2, cols: 10 },
};
const dtypes = {
  float32: { round: Math.fround, stored: (scales: Float32Array) => scales },
  bfloat16: { round: roundToBfloat16, stored: (scales: Float32Array) => Uint16Array.from(scales, numberToBfloat16) },
  float16: { round: roundToFloat16, stored: (scales: Float32Array) => Uint16Array.from(scales, numberToFloat16) },
};
const kinds = ['int8', 'fp8_e4m3fn', 'fp8_e5m2'] as const;

const cases = kinds.flatMap((kind) =>
  Object.entries(dtypes).flatMap(([dtype, how]) =>
    Object.entries(blocks).map(([where, block]) => ({
      kind,
      dtype: dtype as keyof typeof dtypes,
      where,
      block,
      ...how,
    })),
  ),
);

it.each(cases)('$kind of $dtype with a scale $where is what each code means', ({ kind, dtype, block, ...how }) => {
  const across = cols / block.cols;
  const count = (rows / block.rows) * across;
  const qdata = new Uint8Array(randomBits((rows * cols) / 4, 1).buffer as ArrayBuffer);
  const scales = randomBits(count, 2).map((scale) => how.round(scale));
  const stored = how.stored(scales);
  const values = dequantize(
    { kind, dtype, rows, cols, block, qdata: { dtype: 'int8', length: rows * cols }, scale: { dtype, length: count } },
    { qdata, scale: new Uint8Array(stored.buffer as ArrayBuffer) },
  );
  const want = Float32Array.from(qdata, (code, at) => {
    const [row, col] = [Math.floor(at / cols), at % cols];
    const scale = scales[Math.floor(row / block.rows) * across + Math.floor(col / block.cols)] ?? 0;
    const one = { values: Uint8Array.of(code), format: kind, rows: 1, cols: 1, scales: Float32Array.of(scale) };
    return how.round(dequantizeRows(one)[0] ?? 0);
  });
  expect(Buffer.from(values.buffer).equals(Buffer.from(want.buffer))).toBe(true);
  expect(new Set(want.map(Math.abs)).size).toBeGreaterThan(5);
});

it('of a weight without elements gives none', () => {
  const none = { dtype: 'float32', length: 0 } as const;
  const empty = { kind: 'int8', dtype: 'float32', rows: 3, cols: 0, block: { rows: 1, cols: 0 } } as const;
  const bytes = { qdata: new Uint8Array(0), scale: new Uint8Array(0) };
  expect(dequantize({ ...empty, qdata: none, scale: none }, bytes)).toEqual(new Float32Array(0));
});
