import { expect, test } from 'vitest';
import { keptWrapper } from './kept-wrapper.ts';

const keep = { backend: 'torchao', backend_kwargs: { rest_of_checkpoint: 'keep' } };

test.each([
  { what: 'a Lightning checkpoint whose rest is kept', recipe: keep, wrapper: ['state_dict'], keys: ['state_dict'] },
  { what: 'a plain state dict', recipe: keep, wrapper: [], keys: [] },
  { what: 'a model that was not inspected', recipe: keep, wrapper: undefined, keys: [] },
  { what: 'a rest that is dropped', recipe: { backend_kwargs: {} }, wrapper: ['state_dict'], keys: [] },
  { what: 'no recipe', recipe: null, wrapper: ['state_dict'], keys: [] },
])('of $what the state dict is under $keys', ({ recipe, wrapper, keys }) => {
  expect(keptWrapper(recipe, wrapper)).toEqual(keys);
});
