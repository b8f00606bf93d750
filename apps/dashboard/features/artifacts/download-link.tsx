'use client';

import { useApolloClient } from '@apollo/client/react';
import { notifications } from '@mantine/notifications';
import type { ComponentProps, MouseEvent } from 'react';
import { errorSentence } from '#dashboard/graphql/error-sentence.ts';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';

const DownloadLinkFragment = graphql(`
  fragment DownloadLink on Artifact {
    id
    name
    downloadUrl
  }
`);

const FreshDownloadQuery = graphql(`
  query FreshDownload($id: ID!) {
    node(id: $id) {
      ... on Artifact {
        id
        downloadUrl
      }
    }
  }
`);

type DownloadLinkProps = ComponentProps<'a'> & { artifact: FragmentType<typeof DownloadLinkFragment> };

/** An anchor whose plain click asks for a new address first: a signed one expires while the page stays open. */
export function DownloadLink({ artifact, ...anchor }: DownloadLinkProps) {
  const { id, name, downloadUrl } = readFragment(DownloadLinkFragment, artifact);
  const client = useApolloClient();

  async function download() {
    try {
      const { data } = await client.query({
        query: FreshDownloadQuery,
        variables: { id },
        fetchPolicy: 'network-only',
      });
      if (data?.node?.__typename === 'Artifact') window.location.assign(data.node.downloadUrl);
      else refuse(name, 'The file is gone, or you may no longer see it.');
    } catch (error) {
      refuse(name, errorSentence(error));
    }
  }

  function onClick(event: MouseEvent) {
    if (opensElsewhere(event)) return;
    event.preventDefault();
    void download();
  }

  return <a {...anchor} href={downloadUrl} download={name} onClick={onClick} />;
}

function opensElsewhere({ metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return metaKey || ctrlKey || shiftKey || altKey;
}

function refuse(name: string, message: string) {
  notifications.show({ color: 'red', title: `${name} was not downloaded`, message });
}
