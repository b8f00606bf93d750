import { CombinedGraphQLErrors, ServerError, ServerParseError } from '@apollo/client/errors';

/** What an exception of the network or the server comes down to, for people: the server's own words if it had any. */
export function errorSentence(error: unknown): string {
  if (CombinedGraphQLErrors.is(error)) {
    const [first] = error.errors;
    const id = first?.extensions?.errorId;
    return first && typeof id === 'string' ? `${first.message} errorId: ${id}` : error.message;
  }
  // A fetch that failed, or an answer of something in front of a gateway that is not there.
  if (error instanceof TypeError || ServerError.is(error) || ServerParseError.is(error)) {
    return 'The server could not be reached. Check the connection and try again.';
  }
  return error instanceof Error ? error.message : String(error);
}
