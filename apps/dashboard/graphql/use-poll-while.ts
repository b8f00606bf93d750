'use client';

import { useEffect } from 'react';

const everyMs = 1_500;

/** Asks again while something is under way that sends no events, such as an inspection. */
export function usePollWhile(query: Pollable, underWay: boolean) {
  const { startPolling, stopPolling } = query;
  useEffect(() => {
    if (!underWay) return;
    startPolling(everyMs);
    return stopPolling;
  }, [underWay, startPolling, stopPolling]);
}

type Pollable = { readonly startPolling: (ms: number) => void; readonly stopPolling: () => void };
