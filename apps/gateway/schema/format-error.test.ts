import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createErrorFormatter } from './format-error.ts';

const format = createErrorFormatter(pino({ level: 'silent' }));
const shown = (message: string, code: string) => ({ message, extensions: { code, stacktrace: ['at /srv/secret.ts'] } });

describe('an error that a client sees', () => {
  it('of a database that is away says nothing of it', () => {
    const error = new GraphQLError('Context creation failed: password authentication failed for zeropoint_auth');
    const seen = JSON.stringify(format(shown(error.message, 'INTERNAL_SERVER_ERROR'), error));
    expect(seen).not.toMatch(/password|secret/);
    expect(seen).toContain('errorId');
  });

  it('that a resolver threw by mistake says nothing of it', () => {
    const error = new GraphQLError('boom', { path: ['run'], originalError: new TypeError('x of undefined') });
    expect(format({ ...shown('boom', 'INTERNAL_SERVER_ERROR'), path: ['run'] }, error).message).not.toContain('boom');
  });

  it('that the client caused is said, without hints at what else there is', () => {
    const message = 'Cannot query field "modles" on type "Project". Did you mean "models"?';
    const seen = format(shown(message, 'GRAPHQL_VALIDATION_FAILED'), new GraphQLError(message));
    expect(seen).toEqual({
      message: 'Cannot query field "modles" on type "Project".',
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
  });
});
