'use client';

import { useMutation } from '@apollo/client/react';
import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { UploadDialog } from '#dashboard/features/uploads/upload-dialog.tsx';
import { type UploadTarget, useUpload } from '#dashboard/features/uploads/use-upload.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';
import { ModelFiles } from './model-files.tsx';
import { readyUploads } from './ready-uploads.ts';
import { useModelUploads } from './use-model-uploads.ts';

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

type AddVersionProps = UploadTarget & { modelId: string; openAtFirst: boolean; onUploaded: () => void };

export function AddVersionButton({ openAtFirst, ...props }: AddVersionProps) {
  return (
    <UploadDialog label="New version" title="Upload a new version" variant="default" openAtFirst={openAtFirst}>
      {(close) => (
        <AddVersionForm
          {...props}
          onUploaded={() => {
            close();
            props.onUploaded();
          }}
        />
      )}
    </UploadDialog>
  );
}

function AddVersionForm({ organization, projectId, modelId, onUploaded }: Omit<AddVersionProps, 'openAtFirst'>) {
  const model = useModelUploads({ organization, projectId });
  const graph = useUpload({ organization, projectId });
  const [add, { loading }] = useMutation(AddModelVersion);
  const [problem, setProblem] = useState<Problem | null>(null);
  const uploads = readyUploads(model, graph);

  async function submit() {
    if (!uploads) return;
    setProblem(null);
    const result = await settle(add({ variables: { input: { modelId, ...uploads } } }), (data) => data.addModelVersion);
    if (result.kind === 'refused') setProblem(result.problem);
    else onUploaded();
  }

  return (
    <Stack>
      <ModelFiles model={model} graph={graph} />
      <ProblemNotice problem={problem} />
      <Button disabled={!uploads} loading={loading} onClick={submit}>
        Add version
      </Button>
    </Stack>
  );
}
