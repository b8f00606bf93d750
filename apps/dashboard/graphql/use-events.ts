'use client';

import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { CloseCode } from 'graphql-ws';
import { useEffect, useEffectEvent, useState } from 'react';
import { type FollowState, followEvents } from './follow-events.ts';
import { useSocket } from './provider.tsx';

/** Follows a subscription while `from` is a number, resuming by itself; the runs inside events update the cache. */
export function useEvents<Data, Event>({
  subscription,
  from,
  target,
  pick,
  seqOf,
  onEvent,
  onRefused,
}: EventsOptions<Data, Event>) {
  const client = useApolloClient();
  const socket = useSocket();
  const [state, setState] = useState<FollowState>('connecting');
  const handle = useEffectEvent(onEvent);
  const refused = useEffectEvent(onRefused);
  const read = useEffectEvent(pick);
  const number = useEffectEvent(seqOf);
  const active = from !== null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `from` is where the first attempt starts; later it is followEvents that counts
  useEffect(() => {
    if (from === null || socket === null) return;
    return followEvents<Event>({
      afterSeq: from,
      seqOf: (event) => number(event),
      onEvent: (event) => handle(event),
      onState: setState,
      open(afterSeq, sink) {
        const offConnected = socket.on('connected', () => sink.opened());
        const offClosed = socket.on('closed', (event) => {
          if (isForbidden(event)) refused();
        });
        const observer = client.subscribe({ query: subscription, variables: { id: target, afterSeq } }).subscribe({
          next: ({ data, error }) => {
            const event = data ? read(data) : null;
            if (error) sink.ended();
            else if (event) sink.next(event);
          },
          error: () => sink.ended(),
          complete: () => sink.ended(),
        });
        return () => {
          offConnected();
          offClosed();
          observer.unsubscribe();
        };
      },
    });
  }, [client, socket, subscription, target, active]);

  return state;
}

/** The gateway closes the socket so when the session or the membership behind it is gone. */
function isForbidden(event: unknown): boolean {
  return event instanceof CloseEvent && event.code === CloseCode.Forbidden;
}

type EventsOptions<Data, Event> = {
  readonly subscription: TypedDocumentNode<Data, OperationVariables & { id: string; afterSeq: number }>;
  /** The number after which to begin; null while it is not known or nothing is left to follow. */
  readonly from: number | null;
  /** The run or project whose events they are. */
  readonly target: string;
  readonly pick: (data: Data) => Event | null;
  readonly seqOf: (event: Event) => number;
  readonly onEvent: (event: Event) => void;
  /** The server does not let us follow: whoever shows what we follow should ask again whether we still may. */
  readonly onRefused: () => void;
};
