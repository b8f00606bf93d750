import { expect, test } from 'vitest';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';
import { fixedBatchOf, type InputArray, matchArrays } from './match-arrays.ts';
import { missingLabels } from './missing-labels.ts';

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
    says: 'input in calibration.npz is float32 [512, 1, 32, 32]; the graph takes input as float32 [batch, 1, 28, 28]: dimension 2 is 32 instead of 28, dimension 3 is 32 instead of 28.',
  },
  {
    what: 'one fixed dimension beside an open one',
    ports: [port('input', ['batch', 'seq', 16])],
    arrays: [array('input', [8, 12, 24])],
    says: 'the graph takes input as float32 [batch, seq, 16]: dimension 2 is 24 instead of 16.',
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
  {
    what: 'bytes',
    ports: [input],
    arrays: [array('input', [512, 1, 28, 28], 'uint8')],
    says: /is uint8 .* the graph takes input as float32/,
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
  const match = () => matchArrays({ file, ports, arrays });
  expect(match).toThrow(says);
  expect(match).toThrow(expect.objectContaining({ code: 'CALIBRATION_MISMATCH' }));
});

test.each([
  { ports: [input], batch: null },
  { ports: [port('input', [4, 9])], batch: 4 },
  { ports: [port('b', [8, 9]), port('a', [2, 9])], batch: 2 },
  { ports: [port('a', ['n', 4]), port('b', [1, 4])], batch: 1 },
])('the graph fixes its batch at $batch', ({ ports, batch }) => {
  expect(fixedBatchOf(ports)).toBe(batch);
});

test('inputs with batch dimensions of their own go along in proportion', () => {
  const ports = [port('x', [4, 3]), port('z', [1, 16])];
  const { samples, inseparable, inputs } = matchArrays({
    file,
    ports,
    arrays: [array('x', [18, 3]), array('z', [4, 16])],
  });
  expect({ samples, inseparable, rows: inputs.map(({ rowsPerSample }) => rowsPerSample) }).toEqual({
    samples: 16,
    inseparable: 4,
    rows: [1, 0.25],
  });
});

test('labels are the integers of rank 1 that no input takes', () => {
  const arrays = [
    array('input', [3, 1, 28, 28]),
    array('ids', [3], 'int64'),
    array('labels', [3], 'int64'),
    array('short', [2], 'int64'),
  ];
  expect(matchArrays({ file, ports: [input], arrays }).labels?.name).toBe('labels');
});

test.each([
  { dtype: 'float64', remedy: /samples\.astype\("float32"\)\.$/ },
  { dtype: 'uint8', remedy: /samples\.astype\("float32"\)\. Normalize/ },
] as const)('where $dtype alone is wrong, the remedy is the conversion', ({ dtype, remedy }) => {
  const arrays = [array('input', [4, 1, 28, 28], dtype)];
  expect(() => matchArrays({ file, ports: [input], arrays })).toThrow(
    expect.objectContaining({ remedy: expect.stringMatching(remedy) }),
  );
});

test.each([
  { labels: array('labels', [100], 'int64'), says: 'labels in calibration.npz has 100 entries for 1488 samples' },
  { labels: array('labels', [1488]), says: 'labels in calibration.npz is float32; integers are needed' },
  { labels: array('targets', [1488, 10], 'int64'), says: 'targets in calibration.npz is [1488, 10] for 1488 samples' },
  { labels: array('other', [3]), says: 'calibration.npz holds no labels: an array of 1488 integers' },
])('labels that are none: $says', ({ labels, says }) => {
  const arrays = [array('input', [1488, 1, 28, 28]), labels];
  expect(missingLabels(file, { arrays, ports: [input], samples: 1488 }).message).toContain(says);
});
