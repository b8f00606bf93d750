import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  GraphQLError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Context as SocketContext } from 'graphql-ws';
import { type Extra, useServer as serveSockets } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { findSession } from '../auth/session.ts';
import { createContext } from '../context.ts';
import type { Platform } from '../platform.ts';
import { checkLimits, limits } from '../schema/limits.ts';
import { schema } from '../schema/schema.ts';
import { findTenant, nowhere } from '../tenancy/tenant.ts';
import { guardSeat, type Seat } from './guard-seat.ts';
import { subscribeInOperations } from './subscribe-in-operations.ts';

export type SocketOptions = {
  readonly platform: Platform;
  readonly origins: readonly string[];
  readonly introspection: boolean;
};

export type GraphqlSocket = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): Promise<void>;
};

export const socketPath = '/graphql/ws';

const most = { connectionsPerUser: 20, operationsPerSocket: 50, messageBytes: 65_536 } as const;

/** What the gateway keeps with a socket. */
type Kept = { seat?: Seat; leave?: () => void };

/** Subscriptions over WebSocket (graphql-transport-ws). Nothing else runs here, and what runs is held to HTTP's rules. */
export function createGraphqlSocket({ platform, origins, introspection }: SocketOptions): GraphqlSocket {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: most.messageBytes });
  const open = new Map<string, number>();
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];

  const server = serveSockets<Record<string, unknown>, Kept>(
    {
      connectionInitWaitTimeout: 3_000,
      async onConnect({ extra, connectionParams }) {
        const session = await findSession(platform.betterAuth, extra.request.headers);
        if (!session) return false;
        const { organization } = connectionParams ?? {};
        const slug = typeof organization === 'string' ? organization : null;
        const tenant = await findTenant(platform.auth, { userId: session.viewer.id, slug });
        const count = open.get(session.viewer.id) ?? 0;
        if (tenant === nowhere || count >= most.connectionsPerUser || extra.socket.readyState !== extra.socket.OPEN) {
          return false;
        }
        open.set(session.viewer.id, count + 1);
        extra.seat = { session, tenant };
        const stopGuarding = guardSeat(platform, extra);
        extra.leave = () => {
          stopGuarding();
          open.set(session.viewer.id, Math.max(0, (open.get(session.viewer.id) ?? 1) - 1));
          if (open.get(session.viewer.id) === 0) open.delete(session.viewer.id);
        };
        return true;
      },
      onDisconnect: ({ extra }) => leave(extra),
      onClose: ({ extra }) => leave(extra),
      onSubscribe: (context, _, payload) => prepare(context, payload),
      subscribe: subscribeInOperations,
    },
    sockets,
  );

  function prepare(
    { extra, subscriptions }: SocketContext<Record<string, unknown>, Extra & Partial<Kept>>,
    payload: { query: string; operationName?: string | null; variables?: Record<string, unknown> | null },
  ) {
    const { seat } = extra;
    if (!seat) return [refuse('FORBIDDEN', 'This socket belongs to nobody.')];
    if (Object.keys(subscriptions).length > most.operationsPerSocket) {
      return [refuse('RATE_LIMITED', `A socket carries ${most.operationsPerSocket} subscriptions at once.`)];
    }
    try {
      const document = parse(String(payload.query), { maxTokens: limits.tokens });
      const operation = getOperationAST(document, payload.operationName);
      if (operation?.operation !== 'subscription') {
        return [refuse('BAD_REQUEST', 'Only subscriptions are accepted here; send queries and mutations to /graphql.')];
      }
      const errors = validate(schema, document, rules);
      if (errors.length > 0) return errors;
      const tooLarge = checkLimits({ document, operation, variables: payload.variables });
      if (tooLarge) return [tooLarge];
      const newContext = () => createContext(platform, seat);
      return {
        schema,
        document,
        operationName: payload.operationName ?? undefined,
        variableValues: payload.variables ?? undefined,
        contextValue: newContext(),
        newContext,
      };
    } catch (error) {
      return [error instanceof GraphQLError ? error : refuse('BAD_REQUEST', 'The subscription cannot be read.')];
    }
  }

  return {
    upgrade(request, socket, head) {
      if (!origins.includes(request.headers.origin ?? '')) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
    },
    async close() {
      await server.dispose();
    },
  };
}

function leave(extra: Kept): void {
  extra.leave?.();
  delete extra.leave;
}

function refuse(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
