import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { expect, test } from 'vitest';
import { errorSentence } from './error-sentence.ts';

const unreachable = 'The server could not be reached. Check the connection and try again.';
const refused = (extensions: Record<string, unknown>) =>
  new CombinedGraphQLErrors({ errors: [{ message: 'It broke.', extensions }] });

test.each([
  { error: new TypeError('Failed to fetch'), sentence: unreachable },
  {
    error: new ServerError('Response not successful: Received status code 502', {
      response: new Response('<html>', { status: 502 }),
      bodyText: '<html>',
    }),
    sentence: unreachable,
  },
  { error: refused({}), sentence: 'It broke.' },
  { error: refused({ errorId: 'a1b2' }), sentence: 'It broke. (errorId a1b2)' },
  { error: refused({ requestId: 'c3d4' }), sentence: 'It broke. (requestId c3d4)' },
  { error: new Error('A programmer erred.'), sentence: 'A programmer erred.' },
])('$error.name is told as “$sentence”', ({ error, sentence }) => {
  expect(errorSentence(error)).toBe(sentence);
});
