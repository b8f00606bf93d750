'use client';

import { useEffect, useRef, useState } from 'react';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { useEvents } from '#dashboard/graphql/use-events.ts';
import type { LogLine } from '#dashboard/ui/log-view.tsx';

const RunEvents = graphql(`
  subscription RunEvents($id: ID!, $afterSeq: Long!) {
    runEvents(runId: $id, afterSeq: $afterSeq) {
      seq
      at
      change {
        __typename
        ... on RunStateChanged {
          state
          failure {
            message
          }
        }
        ... on RunLogged {
          level
          line
        }
      }
      run {
        id
        ...RunLive
      }
    }
  }
`);

/** All events of a run from its first: log lines for the page; `onStateChanged` when there is more to ask for. */
export function useRunEvents(runId: string | null, onStateChanged: () => void) {
  const { lines, add } = useLines();
  const state = useEvents({
    subscription: RunEvents,
    from: runId === null ? null : 0,
    target: runId ?? '',
    pick: (data) => data.runEvents,
    seqOf: (event) => event.seq,
    onRefused: onStateChanged,
    onEvent: ({ seq, at, change }) => {
      if (change.__typename === 'RunLogged') add({ seq, at, level: change.level, line: change.line });
      if (change.__typename === 'RunStateChanged') {
        add({
          seq,
          at,
          level: change.failure ? 'error' : 'state',
          line: stateLine(change.state, change.failure?.message),
        });
        onStateChanged();
      }
    },
  });
  return { lines, state };
}

function stateLine(state: string, failure: string | undefined): string {
  const word = `${state.charAt(0)}${state.slice(1).toLowerCase()}`;
  return failure ? `${word}: ${failure}` : word;
}

/** Gathers lines and shows them once a frame, however many come at once. */
function useLines() {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const waiting = useRef<LogLine[]>([]);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  function add(line: LogLine) {
    waiting.current.push(line);
    if (waiting.current.length > 1) return;
    frame.current = requestAnimationFrame(() => {
      const arrived = waiting.current;
      waiting.current = [];
      setLines((shown) => [...shown, ...arrived]);
    });
  }

  return { lines, add };
}
