import { expect, test } from 'vitest';
import {
  type Awaited,
  arrived,
  awaitedWords,
  nothingAwaited,
  onlyEvaluation,
  type SlotOption,
  type SlotOptions,
  slotProblem,
} from './dataset-slots.ts';
import { emptyDraft } from './draft.ts';

type Set = { readonly id: string; readonly is: 'labelled' | 'unlabelled' | 'pending' | 'broken' };

const reasonOf = {
  calibration: { labelled: null, unlabelled: null, pending: 'being inspected', broken: 'not usable' },
  evaluation: { labelled: null, unlabelled: 'has no labels', pending: 'being inspected', broken: 'not usable' },
} as const;

function optionsOf(sets: readonly Set[]): SlotOptions {
  const option = (slot: 'calibration' | 'evaluation', { id, is }: Set): SlotOption => {
    const reason = reasonOf[slot][is];
    return { value: id, label: id, reason, pending: is === 'pending', disabled: reason !== null && is !== 'pending' };
  };
  return {
    calibration: sets.map((set) => option('calibration', set)),
    evaluation: sets.map((set) => option('evaluation', set)),
  };
}

const awaiting = (change: Partial<Awaited>): Awaited => ({ ...nothingAwaited, ...change });

test.each([
  ['labelled', 'calibration', { calibrationVersionId: 'new' }],
  ['unlabelled', 'calibration', { calibrationVersionId: 'new' }],
  ['labelled', 'evaluation', { evaluationVersionId: 'new', skipsEvaluation: false }],
  ['unlabelled', 'evaluation', {}],
  ['pending', 'evaluation', {}],
  ['broken', 'calibration', {}],
] as const)('an upload that turns out %s, for %s, changes %o', (is, slot, change) => {
  expect(arrived(awaiting({ [slot]: 'new' }), optionsOf([{ id: 'new', is }]))).toEqual(change);
});

test('an inspection that ends after another upload for the slot changes nothing', () => {
  const sets = [
    { id: 'late', is: 'labelled' },
    { id: 'last', is: 'pending' },
  ] as const;
  expect(arrived(awaiting({ calibration: 'last' }), optionsOf(sets))).toEqual({});
});

test('what arrives while nothing is awaited goes nowhere', () => {
  expect(arrived(nothingAwaited, optionsOf([{ id: 'new', is: 'labelled' }]))).toEqual({});
});

test.each(['unlabelled', 'pending', 'broken'] as const)('a set that is %s is not proposed for evaluation', (is) => {
  expect(onlyEvaluation(emptyDraft, optionsOf([{ id: 'one', is }]))).toBeNull();
});

test('the only labelled set is proposed for evaluation, unless it is for calibration or none is wanted', () => {
  const options = optionsOf([
    { id: 'labelled', is: 'labelled' },
    { id: 'other', is: 'unlabelled' },
  ]);
  expect(onlyEvaluation(emptyDraft, options)).toBe('labelled');
  expect(onlyEvaluation({ ...emptyDraft, skipsEvaluation: true }, options)).toBeNull();
  expect(onlyEvaluation({ ...emptyDraft, calibrationVersionId: 'labelled' }, options)).toBeNull();
});

test.each([
  ['pending', /is being inspected/],
  ['unlabelled', /not chosen: new/],
  ['labelled', null],
] as const)('of an upload for evaluation that is %s, %s is said, and of no other slot', (is, said) => {
  const options = optionsOf([{ id: 'new', is }]);
  const awaited = awaiting({ evaluation: 'new' });
  const words = awaitedWords(awaited, options, 'evaluation');
  if (said) expect(words).toMatch(said);
  else expect(words).toBeNull();
  expect(awaitedWords(awaited, options, 'calibration')).toBeNull();
});

test('a chosen set that turns out to have no labels is a problem, and one that is being inspected is none yet', () => {
  const { evaluation } = optionsOf([
    { id: 'without', is: 'unlabelled' },
    { id: 'new', is: 'pending' },
  ]);
  expect(slotProblem(evaluation, 'without')).toBe('Choose another dataset: without.');
  expect([slotProblem(evaluation, 'new'), slotProblem(evaluation, null)]).toEqual([null, null]);
});
