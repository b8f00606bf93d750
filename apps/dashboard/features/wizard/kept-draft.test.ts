import { expect, test } from 'vitest';
import { emptyDraft } from './draft.ts';
import { forgetDraft, keepDraft, readDraft } from './kept-draft.ts';

const path = { org: 'analytical-engines', project: 'digits' };
const place = { path, start: emptyDraft };
const draft = {
  ...emptyDraft,
  targetsTensorrt: false,
  source: { kind: 'preset', backend: 'torchao' },
  name: 'Mine',
} as const;

function storeOf(texts = new Map<string, string>()) {
  return {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
    removeItem: (key: string) => void texts.delete(key),
  };
}

test('a kept draft comes back for its project, until it is forgotten', () => {
  const store = storeOf();
  keepDraft(store, place, draft);
  expect(readDraft(store, place)).toEqual(draft);
  expect(readDraft(store, { ...place, path: { ...path, project: 'faces' } })).toEqual(emptyDraft);
  forgetDraft(store, path);
  expect(readDraft(store, place)).toEqual(emptyDraft);
});

test('a wizard that begins with another model or recipe begins anew', () => {
  const store = storeOf();
  keepDraft(store, place, draft);
  const start = { ...emptyDraft, modelVersionId: 'other' };
  expect(readDraft(store, { path, start })).toEqual(start);
});

test.each(['', '{', 'null', '{"draft":{}}', JSON.stringify({ start: emptyDraft, draft: { name: 'old' } })])(
  'of %j in the store nothing is taken',
  (text) => {
    expect(readDraft({ ...storeOf(), getItem: () => text }, place)).toEqual(emptyDraft);
  },
);

test('a store that takes nothing is borne', () => {
  const full = () => {
    throw new Error('QuotaExceededError');
  };
  const store = { getItem: full, setItem: full, removeItem: full };
  keepDraft(store, place, draft);
  forgetDraft(store, path);
  expect(readDraft(store, place)).toEqual(emptyDraft);
  expect(readDraft(null, place)).toEqual(emptyDraft);
});
