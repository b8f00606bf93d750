import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute, GraphQLError } from 'graphql';
import type { Context } from '../context.ts';
import { endable } from '../events/endable.ts';

type Arguments = ExecutionArgs & { readonly newContext?: () => Context };

/**
 * GraphQL's subscribe, but each event is an operation of its own: with its own context, and so with its own short
 * tenant transaction, which is over before the next event is asked for.
 */
export async function subscribeInOperations(
  args: Arguments,
): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]();
  return endable(tell(events, args), () => void events.return?.());
}

async function* tell(events: AsyncIterator<unknown>, args: Arguments): AsyncGenerator<ExecutionResult, void, void> {
  for await (const event of { [Symbol.asyncIterator]: () => events }) {
    const context = args.newContext?.();
    try {
      const result = await execute({ ...args, rootValue: event, contextValue: context });
      yield result.errors ? { ...result, errors: result.errors.map((error) => mask(error, context)) } : result;
    } finally {
      await context?.transaction.end().catch(() => undefined);
    }
  }
}

function mask(error: GraphQLError, context: Context | undefined): GraphQLError {
  if (!error.originalError || error.originalError instanceof GraphQLError) return error;
  context?.log.error({ err: error.originalError, path: error.path }, 'an event could not be told');
  return new GraphQLError('Something went wrong on our side.', {
    ...(error.path ? { path: error.path } : {}),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
}
