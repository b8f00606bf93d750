import { expect, test } from 'vitest';
import { otherVerdicts, verdictCounts } from './verdicts.ts';

const counts = { quantizedLayers: 12, inputsOnlyLayers: 3, nativeLayers: 20, skippedLayers: 0 };

test('every layer is counted under one verdict, those that are quantized most first', () => {
  expect(verdictCounts(counts).map(({ label, layers }) => `${label} ${layers}`)).toEqual([
    'Quantized 12',
    'Inputs only 3',
    'Native 20',
    'Skipped 0',
  ]);
  expect(verdictCounts(counts).reduce((sum, { layers }) => sum + layers, 0)).toBe(35);
});

test('a plan without inputs alone does not offer them', () => {
  const none = { ...counts, inputsOnlyLayers: 0 };
  expect(verdictCounts(none).map(({ verdict }) => verdict)).toEqual(['QUANTIZED', 'NATIVE', 'SKIPPED']);
  expect(otherVerdicts(none)).toBe('20 native, 0 skipped');
});

test('an outcome tells what became of the other layers', () => {
  expect(otherVerdicts(counts)).toBe('3 inputs only, 20 native, 0 skipped');
});
