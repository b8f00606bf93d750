'use client';

import { ApolloClient, ApolloLink, HttpLink } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { ApolloProvider } from '@apollo/client/react';
import { OperationTypeNode } from 'graphql';
import type { Client as Socket } from 'graphql-ws';
import { createContext, type ReactNode, use, useMemo } from 'react';
import { createCache } from './cache.ts';
import { createSocket } from './socket.ts';

/** A client of one organization, or of none yet. Another organization is another client with an empty cache. */
export function GraphqlProvider({ organization, children }: { organization: string | null; children: ReactNode }) {
  const { client, socket } = useMemo(() => connect(organization), [organization]);
  return (
    <SocketContext value={socket}>
      <ApolloProvider client={client}>{children}</ApolloProvider>
    </SocketContext>
  );
}

export function useSocket(): Socket | null {
  return use(SocketContext);
}

const SocketContext = createContext<Socket | null>(null);

function connect(organization: string | null): { client: ApolloClient; socket: Socket } {
  const socket = createSocket(organization);
  const http = new HttpLink({
    uri: '/graphql',
    credentials: 'same-origin',
    headers: organization ? { 'x-zeropoint-organization': organization } : {},
  });
  const link = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    http,
  );
  return { socket, client: new ApolloClient({ link, cache: createCache() }) };
}
