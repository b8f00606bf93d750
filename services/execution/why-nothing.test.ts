import { expect, test } from 'vitest';
import type { PlannedLayer } from '#contract/plan.ts';
import { whyNothing } from './why-nothing.ts';

const layer = (name: string, reason: string): PlannedLayer => ({
  name: '',
  class: name,
  evidence: 'said so',
  shape: [1],
  verdict: 'native',
  weights: null,
  activations: null,
  reason,
});
const otherClass = (name: string) => layer(name, `torchao quantizes Linear, not ${name}`);

test('one reason of all layers is told once', () => {
  const layers = [1, 2].map(() => layer('Linear', 'K = 100 is no multiple of the group 64, where torchao fails'));
  expect(whyNothing({ layers })).toBe('K = 100 is no multiple of the group 64, where torchao fails (2 layers)');
});

test('a model without a single Linear is what it is, not a fault of the recipe', () => {
  const layers = ['Conv2d', 'Conv2d', 'BatchNorm2d'].map(otherClass);
  expect(whyNothing({ layers })).toBe('torchao quantizes Linear, not Conv2d, BatchNorm2d (3 layers)');
});

test('what hinders the layers that could be quantized comes first', () => {
  const layers = [...['Conv2d', 'Conv2d'].map(otherClass), layer('Linear', 'no rule of the recipe names it')];
  expect(whyNothing({ layers })).toBe(
    'no rule of the recipe names it (1 layer); torchao quantizes Linear, not Conv2d (2 layers)',
  );
});

test('the reason of most layers is told, whichever it is', () => {
  const others = [1, 2, 3].map((n) => layer('Linear', `reason ${n}`));
  const excluded = [1, 2].map(() => layer('Conv', 'op_types_to_exclude has Conv'));
  expect(whyNothing({ layers: [...others, ...excluded] })).toMatch(/^op_types_to_exclude has Conv \(2 layers\); /);
  const convolutions = ['Conv2d', 'Conv2d'].map(otherClass);
  expect(whyNothing({ layers: [...others, ...convolutions] })).toBe(
    'reason 1 (1 layer); reason 2 (1 layer); torchao quantizes Linear, not Conv2d (2 layers); other reasons (1 layer)',
  );
});

test('many reasons are cut short, and a model may have no layers', () => {
  const layers = [1, 2, 3, 4, 5].map((n) => layer('Linear', `reason ${n}`));
  expect(whyNothing({ layers })).toMatch(/reason 3 \(1 layer\); other reasons \(2 layers\)$/);
  expect(whyNothing({ layers: [] })).toBe('the model has no layers with weights');
});
