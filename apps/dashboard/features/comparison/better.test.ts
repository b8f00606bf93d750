import { expect, test } from 'vitest';
import { bestOf } from './better.ts';

test.each([
  { label: 'Bytes after', values: ['1000', '900', '900'], best: [1, 2] },
  { label: 'Accuracy, quantized', values: ['98.33 %', '99.00 %'], best: [1] },
  { label: 'Accuracy drop', values: ['-0.33 pp', '0.67 pp'], best: [0] },
  { label: 'Agreement', values: [null, '99.00 %'], best: [] },
  { label: 'Seconds', values: ['3.0', '3.0'], best: [] },
  { label: 'Mode', values: ['static_ptq', 'weight_only_ptq'], best: [] },
])('of $label in $values the best are $best', ({ label, values, best }) => {
  expect([...bestOf(label, values)]).toEqual(best);
});
