import { graphql } from '#dashboard/graphql/generated/index.ts';

/** What events say of a run; whoever shows these fields is kept up to date through the cache. */
export const RunLiveFragment = graphql(`
  fragment RunLive on Run {
    id
    state
    stage
    fraction
    etaSeconds
    startedAt
    endedAt
    hasPlan
  }
`);

const endedStates = ['SUCCEEDED', 'FAILED', 'CANCELED'] as const;

export function hasEnded(state: string): boolean {
  return endedStates.some((ended) => ended === state);
}
