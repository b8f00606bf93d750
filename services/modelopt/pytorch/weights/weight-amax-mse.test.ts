import { describe, expect, test } from 'vitest';
import { readWeight } from '#engine/companion/read-weight.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';
import { expectedOf, parityFile, parityNets } from '#kit/parity-net.ts';
import { fakeQuantizeWeight } from './fake-quantize-weight.ts';
import { weightAmax } from './weight-amax.ts';
import { mseAmax } from './weight-amax-mse.ts';

describe.each(parityNets)('%s', (net) => {
  test('every weight has the amax that ModelOpt’s mse chooses, bit for bit', async () => {
    const { cases } = await expectedOf(net);
    const { path, name } = parityFile(`${net}.pth`);
    const checkpoint = await openCheckpoint(path, name);
    try {
      const expected = Object.entries(cases.mse?.quantizers ?? {}).filter(
        ([quantizer, want]) => want?.amax && quantizer.endsWith('weight_quantizer'),
      );
      expect(expected.length).toBeGreaterThan(0);
      for (const [quantizer, want] of expected) {
        const tensorName = quantizer.replace(/_weight_quantizer$/, '').replace(/\.weight_quantizer$/, '.weight');
        const tensor = checkpoint.tensors.find((one) => one.name === tensorName);
        if (!tensor || !want?.amax) throw new Error(`${tensorName} is missing`);
        const values = await readWeight(checkpoint, tensor);
        const amax = weightAmax({ name: tensorName, values, shape: tensor.shape }, want.axis);
        const chosen = mseAmax(values, amax, want.numBits === 8 ? 'int8' : 'fp8_e4m3fn');
        expect(chosen.shape).toEqual(want.amax.shape);
        expect(Buffer.from(chosen.values.buffer).toString('hex'), quantizer).toBe(want.amax.bytes);
      }
    } finally {
      await checkpoint.close();
    }
  });
});

describe.each(['int8', 'fp8_e4m3fn'] as const)('%s', (format) => {
  const values = Float32Array.from({ length: 300 }, (_, i) => Math.sin(i * i) ** 5);
  const amax = weightAmax({ name: 'w', values, shape: [3, 100] }, 0);
  const errorsOf = (one: typeof amax) => {
    const faked = fakeQuantizeWeight(values, one, format);
    const squares = values.map((x, i) => (x - (faked[i] ?? 0)) ** 2);
    return [0, 1, 2].map((row) => squares.slice(row * 100, row * 100 + 100).reduce((sum, x) => sum + x, 0));
  };

  test('no multiple of the amax has less error than the one that is chosen', () => {
    const chosen = errorsOf(mseAmax(values, amax, format));
    for (let step = 0; step < 39; step++) {
      const multiple = { ...amax, values: amax.values.map((x) => x * (0.25 + (step * 3.75) / 38)) };
      for (const [row, error] of errorsOf(multiple).entries()) expect(chosen[row]).toBeLessThanOrEqual(error * 1.00001);
    }
  });

  test('a row of zeros keeps the amax 0', () => {
    const zeros = weightAmax({ name: 'w', values: new Float32Array(8), shape: [2, 4] }, 0);
    expect([...mseAmax(new Float32Array(8), zeros, format).values]).toEqual([0, 0]);
  });
});

test('FP8 has the amax of ModelOpt 0.47 for six rows of numbers, bit for bit', () => {
  const values = Float32Array.from({ length: 600 }, (_, k) => Math.sin((k % 100) ** 2 + Math.floor(k / 100)) ** 5);
  const chosen = mseAmax(values, weightAmax({ name: 'w', values, shape: [6, 100] }, 0), 'fp8_e4m3fn');
  const want = [1079646309, 1080059967, 1072306179, 1080888182, 1080043893, 1071478387];
  expect([...new Uint32Array(chosen.values.buffer)]).toEqual(want);
});
