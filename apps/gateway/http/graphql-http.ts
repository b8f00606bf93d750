import type { Server } from 'node:http';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import type { Request, RequestHandler } from 'express';
import { findSession } from '../auth/session.ts';
import { type Context, createContext } from '../context.ts';
import type { Platform } from '../platform.ts';
import { createErrorFormatter } from '../schema/format-error.ts';
import { checkLimits, limits } from '../schema/limits.ts';
import { schema } from '../schema/schema.ts';
import { findTenant } from '../tenancy/tenant.ts';
import { transactionPlugin } from '../tenancy/transaction-plugin.ts';

const organizationHeader = 'x-zeropoint-organization';

export type GraphqlOptions = {
  readonly platform: Platform;
  readonly httpServer: Server;
  readonly introspection: boolean;
};

export type GraphqlHttp = { readonly handler: RequestHandler; stop(): Promise<void> };

/** Queries and mutations over HTTP. */
export async function createGraphqlHttp({ platform, httpServer, introspection }: GraphqlOptions): Promise<GraphqlHttp> {
  const apollo = new ApolloServer<Context>({
    schema,
    introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.tokens },
    formatError: createErrorFormatter(platform.log),
    persistedQueries: false,
    plugins: [
      transactionPlugin,
      limitsPlugin,
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginDrainHttpServer({ httpServer, stopGracePeriodMillis: 5_000 }),
    ],
    logger: platform.log.child({ part: 'apollo' }),
  });
  await apollo.start();
  return {
    handler: expressMiddleware(apollo, { context: ({ req }) => contextOf(platform, req) }),
    stop: () => apollo.stop(),
  };
}

async function contextOf(platform: Platform, request: Request): Promise<Context> {
  const session = await findSession(platform.betterAuth, request.headers);
  const slug = request.get(organizationHeader) ?? null;
  return createContext(platform, {
    session,
    tenant: await findTenant(platform.auth, { userId: session?.viewer.id ?? null, slug }),
  });
}

const limitsPlugin: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ document, operation, request }) {
        const error = operation && checkLimits({ document, operation, variables: request.variables });
        if (error) throw error;
      },
    };
  },
};
