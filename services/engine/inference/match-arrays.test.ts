import { expect, test } from 'vitest';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';
import { type InputArray, matchArrays } from './match-arrays.ts';

const file = { path: '/nowhere', name: 'calibration.npz' };
const port = (name: string, shape: OnnxPort['shape'], dtype: OnnxPort['dtype'] = 'float32'): OnnxPort => ({
  name,
  dtype,
  shape,
  proto: { name },
});
const array = (name: string, shape: readonly number[], dtype: InputArray['dtype'] = 'float32'): InputArray => ({
  name,
  dtype,
  shape,
});
const input = port('input', ['batch', 1, 28, 28]);

test.each([
  {
    what: 'another name',
    ports: [input],
    arrays: [array('images', [512, 1, 28, 28])],
    says: 'The graph takes input float32 [batch, 1, 28, 28], and calibration.npz has no array of that name; it has images float32 [512, 1, 28, 28].',
  },
  {
    what: 'another shape',
    ports: [input],
    arrays: [array('input', [512, 1, 32, 32])],
    says: 'input in calibration.npz is float32 [512, 1, 32, 32]; the graph takes input as float32 [batch, 1, 28, 28].',
  },
  {
    what: 'another rank',
    ports: [input],
    arrays: [array('input', [512, 784])],
    says: /\[512, 784\]; the graph takes input as float32 \[batch, 1, 28, 28\]/,
  },
  {
    what: 'another type',
    ports: [input],
    arrays: [array('input', [512, 1, 28, 28], 'float64')],
    says: /is float64 .* the graph takes input as float32/,
  },
  { what: 'no samples', ports: [input], arrays: [array('input', [0, 1, 28, 28])], says: /has no samples/ },
  {
    what: 'fewer samples than a batch',
    ports: [port('input', [8, 4])],
    arrays: [array('input', [5, 4])],
    says: /takes 8 samples at a time .* has 5/,
  },
  {
    what: 'inputs of different length',
    ports: [port('a', ['n', 4]), port('b', ['n', 4])],
    arrays: [array('a', [10, 4]), array('b', [7, 4])],
    says: /b in calibration\.npz has 7 rows where a has 10/,
  },
])('$what is refused with both names and both shapes', ({ ports, arrays, says }) => {
  const match = () => matchArrays({ file, ports, arrays, batchSize: 32 });
  expect(match).toThrow(says);
  expect(match).toThrow(expect.objectContaining({ code: 'CALIBRATION_MISMATCH' }));
});

test('an open batch takes the size asked for, a fixed one its own', () => {
  expect(
    matchArrays({ file, ports: [input], arrays: [array('input', [512, 1, 28, 28])], batchSize: 32 }),
  ).toMatchObject({ samples: 512, step: 32 });
  expect(
    matchArrays({ file, ports: [port('input', [4, 9])], arrays: [array('input', [10, 9])], batchSize: 32 }),
  ).toMatchObject({ samples: 10, step: 4 });
});

test('inputs with batch dimensions of their own go along in proportion', () => {
  const ports = [port('x', [4, 3]), port('z', [1, 16])];
  const { step, inputs } = matchArrays({
    file,
    ports,
    arrays: [array('x', [16, 3]), array('z', [4, 16])],
    batchSize: 32,
  });
  expect({ step, rows: inputs.map(({ rowsPerSample }) => rowsPerSample) }).toEqual({ step: 4, rows: [1, 0.25] });
});

test('labels are the integers of rank 1 that no input takes', () => {
  const arrays = [
    array('input', [3, 1, 28, 28]),
    array('ids', [3], 'int64'),
    array('labels', [3], 'int64'),
    array('short', [2], 'int64'),
  ];
  expect(matchArrays({ file, ports: [input], arrays, batchSize: 1 }).labels?.name).toBe('labels');
});
