'use client';

import { useDebouncedCallback } from '@mantine/hooks';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { useEvents } from '#dashboard/graphql/use-events.ts';

const ProjectEventsStart = graphql(`
  fragment ProjectEventsStart on Project {
    id
    eventSeq
  }
`);

const ProjectEvents = graphql(`
  subscription ProjectEvents($id: ID!, $afterSeq: Long!) {
    projectEvents(projectId: $id, afterSeq: $afterSeq) {
      projectSeq
      change {
        __typename
      }
      run {
        id
        ...RunLive
      }
    }
  }
`);

/**
 * Keeps every run of a project that is on the page up to date; `onListChanged` when one came, went on or ended, or when we may
 * no longer follow them.
 */
export function useProjectEvents(
  project: FragmentType<typeof ProjectEventsStart> | null | undefined,
  onListChanged: () => void,
) {
  const start = readFragment(ProjectEventsStart, project);
  const listChanged = useDebouncedCallback(onListChanged, 300);
  return useEvents({
    subscription: ProjectEvents,
    from: start?.eventSeq ?? null,
    target: start?.id ?? '',
    pick: (data) => data.projectEvents,
    seqOf: (event) => event.projectSeq,
    onRefused: listChanged,
    onEvent: (event) => {
      if (event.change.__typename === 'RunStateChanged') listChanged();
    },
  });
}
