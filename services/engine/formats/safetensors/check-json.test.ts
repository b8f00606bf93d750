import { expect, it } from 'vitest';
import { checkJson } from './check-json.ts';

it('lets a list of as many values as are allowed pass', () => {
  expect(() => checkJson('{"a":{"shape":[1,2,3]},"b":[[1,2,3],[4,5,6],[7,8,9]]}', 3)).not.toThrow();
});

it('refuses a longer list, whatever stands in it, before it is parsed', () => {
  expect(() => checkJson(`{"a":{"shape":[${'1,'.repeat(1e6)}`, 64)).toThrow(
    new RangeError('has a list of more than 64 values in its JSON.'),
  );
  expect(() => checkJson('[{"a":1},"x,y",[],4]', 3)).toThrow(RangeError);
});

it('refuses a key that stands twice in one object, but not in two', () => {
  expect(() => checkJson('{"a":{"b":1},"c":{"b":1}}', 3)).not.toThrow();
  expect(() => checkJson('{"a":1,"\\u0061":2}', 3)).toThrow('stands twice');
});
