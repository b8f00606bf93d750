'use client';

import { useMutation } from '@apollo/client/react';
import { Button, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { type UploadTarget, useUpload } from '#dashboard/features/uploads/use-upload.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';
import { ModelFiles, readyUploads } from './model-files.tsx';

const AddModelVersion = graphql(`
  mutation AddModelVersion($input: AddModelVersionInput!) {
    addModelVersion(input: $input) {
      ... on AddModelVersionPayload {
        modelVersion {
          id
        }
      }
      ... on Error {
        message
        remedy
      }
    }
  }
`);

type AddVersionProps = UploadTarget & { modelId: string; onUploaded: () => void };

export function AddVersionButton(props: AddVersionProps) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconUpload size={16} />} onClick={open}>
        New version
      </Button>
      <Modal opened={opened} onClose={close} title="Upload a new version" size="lg" closeOnClickOutside={false}>
        <AddVersionForm
          {...props}
          onUploaded={() => {
            close();
            props.onUploaded();
          }}
        />
      </Modal>
    </>
  );
}

function AddVersionForm({ organization, projectId, modelId, onUploaded }: AddVersionProps) {
  const file = useUpload({ organization, projectId });
  const graph = useUpload({ organization, projectId });
  const [add, { loading }] = useMutation(AddModelVersion);
  const [problem, setProblem] = useState<Problem | null>(null);
  const uploads = readyUploads(file, graph);

  async function submit() {
    if (!uploads) return;
    setProblem(null);
    const result = await settle(add({ variables: { input: { modelId, ...uploads } } }), (data) => data.addModelVersion);
    if (result.kind === 'refused') setProblem(result.problem);
    else onUploaded();
  }

  return (
    <Stack>
      <ModelFiles file={file} graph={graph} />
      <ProblemNotice problem={problem} />
      <Button disabled={!uploads} loading={loading} onClick={submit}>
        Add version
      </Button>
    </Stack>
  );
}
