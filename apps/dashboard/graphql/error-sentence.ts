import { CombinedGraphQLErrors, ServerError, ServerParseError } from '@apollo/client/errors';

/** What an exception of the network or the server comes down to, for people: the server's own words if it had any. */
export function errorSentence(error: unknown): string {
  if (CombinedGraphQLErrors.is(error)) {
    const [first] = error.errors;
    const key = idKeys.find((one) => typeof first?.extensions?.[one] === 'string');
    return first && key ? `${first.message} (${key} ${first.extensions?.[key]})` : error.message;
  }
  // A fetch that failed, or an answer of something in front of a gateway that is not there.
  if (error instanceof TypeError || ServerError.is(error) || ServerParseError.is(error)) {
    return 'The server could not be reached. Check the connection and try again.';
  }
  return error instanceof Error ? error.message : String(error);
}

/** Under which the server's log has it: an operation that failed, or a request whose work could not be kept. */
const idKeys = ['errorId', 'requestId'] as const;
