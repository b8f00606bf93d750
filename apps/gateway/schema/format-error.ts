import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';

/** What a client sees of an error: what it caused as it is, what we caused as one sentence. Never a stack. */
export function createErrorFormatter(
  log: Logger,
): (shown: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (shown, error) => {
    const cause = unwrapResolverError(error);
    const { stacktrace: _, ...extensions } = shown.extensions ?? {};
    if (cause instanceof GraphQLError || isPothosValidation(cause)) {
      return {
        ...shown,
        message: hideSuggestions(shown.message),
        extensions: { code: 'BAD_USER_INPUT', ...extensions },
      };
    }
    log.error({ err: cause, path: shown.path }, 'an operation failed');
    return {
      message: 'Something went wrong on our side. Try again; if it stays, tell whoever runs this server.',
      ...(shown.path ? { path: shown.path } : {}),
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    };
  };
}

/** Bad cursors and page arguments come as errors of Pothos, which are not GraphQL's. */
function isPothosValidation(error: unknown): boolean {
  return error instanceof Error && error.name === 'PothosValidationError';
}

function hideSuggestions(message: string): string {
  return message.replace(/ ?Did you mean .*\?$/s, '');
}
