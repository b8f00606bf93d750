import { expect, test } from 'vitest';
import { InputError } from './failure.ts';

test.each([
  { given: 'a.pth is empty', message: 'a.pth is empty.' },
  { given: 'a.pth is empty.', message: 'a.pth is empty.' },
  { given: 'Which one?', message: 'Which one?' },
  { given: 'a.pth ends early (byte 7)', message: 'a.pth ends early (byte 7).' },
])('“$given” is shown as a sentence', ({ given, message }) => {
  expect(new InputError('RECIPE_INVALID', given).toFailure()).toEqual({ code: 'RECIPE_INVALID', message });
});

test('a sentence that quotes a file stays one line, and short enough to be read', () => {
  expect(new InputError('CORRUPT_FILE', 'It lists a\nb\u0000 and c\u2028d').message).toBe(
    'It lists a\ufffdb\ufffd and c\ufffdd.',
  );
  const { message } = new InputError('CORRUPT_FILE', `There is a tensor “${'x'.repeat(20_000)}” in a.pth`);
  expect(message).toMatch(/^There is a tensor “x+ … x+” in a\.pth\.$/);
  expect(message.length).toBeLessThan(1_500);
});

test('whoever knows no better remedy gives the one of the code', () => {
  expect(new InputError('CORRUPT_FILE', 'It ends.').remedy).toMatch(/save it again/);
  expect(new InputError('CORRUPT_FILE', 'It ends.', { remedy: 'Send the rest.' }).remedy).toBe('Send the rest.');
});

test('a failure carries its remedy and nothing else', () => {
  const error = new InputError('UNSUPPORTED', 'No.', { remedy: 'Yes.', cause: new Error('secret') });
  expect(JSON.stringify(error.toFailure())).toBe('{"code":"UNSUPPORTED","message":"No.","remedy":"Yes."}');
});
