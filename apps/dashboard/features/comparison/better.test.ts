import { expect, test } from 'vitest';
import { bestOf } from './better.ts';

test.each([
  { label: 'Bytes after', values: ['1000', '900', '900'], best: [1, 2] },
  { label: 'Bytes after', values: ['1000', '995'], best: [] },
  { label: 'Accuracy, quantized', values: ['95.33 %', '99.00 %'], best: [1] },
  { label: 'Accuracy, quantized', values: ['99.40 %', '99.33 %'], best: [] },
  { label: 'Accuracy, quantized', values: ['99.40 %', '99.33 %', '90.00 %'], best: [0, 1] },
  { label: 'Agreement', values: [null, '99.00 %'], best: [] },
  { label: 'Agreement', values: ['100.00 %', '99.93 %'], best: [] },
  { label: 'Seconds', values: ['3.0', '9.0'], best: [] },
  { label: 'Mode', values: ['static_ptq', 'weight_only_ptq'], best: [] },
])('of $label in $values the best are $best', ({ label, values, best }) => {
  expect([...bestOf({ label, values, samples: values.map(() => 1488) })]).toEqual(best);
});
