import { expect, test } from 'vitest';
import { queryWithStep, stepToOpen } from './wizard-steps.ts';

test.each([
  { id: null, first: 0, done: [false, false, false], opens: 0 },
  { id: null, first: 1, done: [true, true, true], opens: 1 },
  { id: 'goal', first: 1, done: [true, true, true], opens: 0 },
  { id: 'plan', first: 0, done: [true, true, true], opens: 3 },
  { id: 'plan', first: 0, done: [true, true, false], opens: 2 },
  { id: 'plan', first: 0, done: [false, false, false], opens: 0 },
  { id: 'nothing', first: 0, done: [true, true, true], opens: 0 },
])('step=$id with the answers $done opens step $opens', ({ id, opens, ...rest }) => {
  expect(stepToOpen(id, rest)).toBe(opens);
});

test('an address keeps what else it says when its step changes', () => {
  expect(queryWithStep('model=a%2Fb&step=goal', 3)).toBe('?model=a%2Fb&step=plan');
  expect(queryWithStep('', 1)).toBe('?step=recipe');
});
