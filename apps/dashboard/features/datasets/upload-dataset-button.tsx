'use client';

import { useMutation } from '@apollo/client/react';
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { UploadDialog } from '#dashboard/features/uploads/upload-dialog.tsx';
import { type UploadTarget, useUpload } from '#dashboard/features/uploads/use-upload.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';
import { DatasetFile, type PackedFolder } from './dataset-file.tsx';

const CreateDataset = graphql(`
  mutation CreateDataset($input: CreateDatasetInput!) {
    createDataset(input: $input) {
      ... on CreateDatasetPayload {
        dataset {
          id
          latestVersion {
            id
          }
        }
      }
      ... on Error {
        message
        remedy
      }
    }
  }
`);

type UploadDatasetProps = UploadTarget & {
  variant?: 'filled' | 'default';
  /** On the button, where an upload is for one purpose. */
  label?: string;
  /** Gets the version that the upload became. */
  onUploaded: (versionId: string | null) => void;
};

export function UploadDatasetButton({ label = 'Upload dataset', ...props }: UploadDatasetProps) {
  return (
    <UploadDialog label={label} title="Upload a dataset" variant={props.variant}>
      {(close) => (
        <UploadDatasetForm
          {...props}
          onUploaded={(versionId) => {
            close();
            props.onUploaded(versionId);
          }}
        />
      )}
    </UploadDialog>
  );
}

function UploadDatasetForm({ organization, projectId, onUploaded }: UploadDatasetProps) {
  const slot = useUpload({ organization, projectId });
  const [typedName, setTypedName] = useState<string | null>(null);
  const [packed, setPacked] = useState<PackedFolder | null>(null);
  const [create, { loading }] = useMutation(CreateDataset);
  const [problem, setProblem] = useState<Problem | null>(null);
  const packedAs = packed !== null && packed.archive === slot.file ? packed.name : undefined;
  const name = typedName ?? packedAs ?? slot.file?.name.replace(/\.(npz|npy|zip|tar|tar\.gz|tgz)$/i, '') ?? '';
  const uploadId = slot.status?.phase === 'done' ? slot.status.uploadId : null;

  async function submit() {
    if (!uploadId) return;
    setProblem(null);
    const input = { projectId, name: name.trim(), uploadId };
    const result = await settle(create({ variables: { input } }), (data) => data.createDataset);
    if (result.kind === 'refused') setProblem(result.problem);
    else onUploaded(result.payload.dataset.latestVersion?.id ?? null);
  }

  return (
    <Stack>
      <DatasetFile slot={slot} packedAs={packedAs} onPacked={setPacked} />
      {slot.file ? (
        <TextInput label="Dataset name" value={name} onChange={(event) => setTypedName(event.currentTarget.value)} />
      ) : null}
      <ProblemNotice problem={problem} />
      {slot.file ? (
        <>
          <Text size="sm" c="dimmed">
            {uploadId
              ? 'Next: add it. A worker then looks into the file and says whether it can be used.'
              : 'The digest says that a file arrived whole; a worker looks into it once it is added.'}
          </Text>
          <Button disabled={!uploadId || !name.trim()} loading={loading} onClick={submit}>
            Add dataset
          </Button>
        </>
      ) : null}
    </Stack>
  );
}
