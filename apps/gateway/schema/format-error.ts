import { randomUUID } from 'node:crypto';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';

/** What a client sees of an error: what it caused as it is, what we caused as one sentence. Never a stack. */
export function createErrorFormatter(
  log: Logger,
): (shown: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (shown, error) => {
    const { stacktrace: _, code, ...extensions } = shown.extensions ?? {};
    const cause = unwrapResolverError(error);
    const isTheirs = isPothosValidation(cause) || (cause instanceof GraphQLError && code !== internal);
    if (isTheirs) {
      const said = code === internal ? 'BAD_USER_INPUT' : code;
      return { ...shown, message: hideSuggestions(shown.message), extensions: { code: said, ...extensions } };
    }
    const errorId = randomUUID();
    log.error({ err: cause, path: shown.path, errorId }, 'an operation failed');
    return {
      message: 'Something went wrong on our side. Try again; if it stays, tell whoever runs this server the errorId.',
      ...(shown.path ? { path: shown.path } : {}),
      extensions: { code: internal, errorId },
    };
  };
}

/** What Apollo calls every error that does not say its own code, also those of a database that is away. */
const internal = 'INTERNAL_SERVER_ERROR';

/** Bad cursors and page arguments come as errors of Pothos, which are not GraphQL's. */
function isPothosValidation(error: unknown): boolean {
  return error instanceof Error && error.name === 'PothosValidationError';
}

function hideSuggestions(message: string): string {
  return message.replace(/ ?Did you mean .*\?$/s, '');
}
