import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Context } from '../context.ts';

/**
 * Ends the operation's tenant transaction before its answer is sent, so that an answer never says what was not
 * committed: a mutation that produced an error, or whose commit failed, answers without data.
 */
export const transactionPlugin: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async willSendResponse({ contextValue, operation, response }) {
        if (response.body.kind !== 'single') return;
        const result = response.body.singleResult;
        const isMutation = operation?.operation === 'mutation';
        const failed = isMutation && (result.errors?.length ?? 0) > 0;
        if (failed) {
          contextValue.transaction.doom();
          result.data = null;
        }
        try {
          await contextValue.transaction.end();
        } catch (error) {
          if (!isMutation) return;
          contextValue.log.error({ err: error }, 'the commit of a mutation failed');
          result.data = null;
          result.errors = [
            new GraphQLError('The change could not be saved. Nothing was changed; try again.', {
              extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: contextValue.requestId },
            }),
          ];
        }
      },
    };
  },
};
