'use client';

import { useQuery } from '@apollo/client/react';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { silenceWords } from './silence-words.ts';

const WorkerSilenceQuery = graphql(`
  query WorkerSilence($id: ID!) {
    run(id: $id) {
      id
      workerLostInSeconds
      lastAttempt
    }
  }
`);

/** A worker that died says nothing, so no event tells of it: asked for while a run is held by one. */
export function WorkerSilence({ id }: { id: string }) {
  const { data } = useQuery(WorkerSilenceQuery, {
    variables: { id },
    pollInterval: 2_000,
    fetchPolicy: 'network-only',
  });
  const words = data?.run ? silenceWords(data.run) : null;
  return words ? <Notice tone="warning">{words}</Notice> : null;
}
