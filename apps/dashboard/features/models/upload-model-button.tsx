'use client';

import { useMutation } from '@apollo/client/react';
import { Button, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { UploadDialog } from '#dashboard/features/uploads/upload-dialog.tsx';
import { type UploadTarget, useUpload } from '#dashboard/features/uploads/use-upload.ts';
import { graphql } from '#dashboard/graphql/generated/index.ts';
import { type Problem, settle } from '#dashboard/graphql/settle.ts';
import { ProblemNotice } from '#dashboard/ui/notice.tsx';
import { ModelFiles } from './model-files.tsx';
import { readyUploads } from './ready-uploads.ts';
import { suggestName } from './suggest-name.ts';
import { useModelUploads } from './use-model-uploads.ts';

const CreateModel = graphql(`
  mutation CreateModel($input: CreateModelInput!) {
    createModel(input: $input) {
      ... on CreateModelPayload {
        model {
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

type UploadModelProps = UploadTarget & {
  variant?: 'filled' | 'default';
  /** The names that the project's models have. */
  taken: readonly string[];
  onUploaded: (modelId: string) => void;
};

export function UploadModelButton(props: UploadModelProps) {
  return (
    <UploadDialog label="Upload model" title="Upload a model" variant={props.variant}>
      {(close) => (
        <UploadModelForm
          {...props}
          onUploaded={(id) => {
            close();
            props.onUploaded(id);
          }}
        />
      )}
    </UploadDialog>
  );
}

function UploadModelForm({ organization, projectId, taken, onUploaded }: UploadModelProps) {
  const model = useModelUploads({ organization, projectId });
  const graph = useUpload({ organization, projectId });
  const [typedName, setTypedName] = useState<string | null>(null);
  const [create, { loading }] = useMutation(CreateModel);
  const [problem, setProblem] = useState<Problem | null>(null);
  const file = model.arrangement?.main;
  const name = typedName ?? (file ? suggestName(model.folder ?? file.name, taken) : '');
  const uploads = readyUploads(model, graph);

  async function submit() {
    if (!uploads) return;
    setProblem(null);
    const input = { projectId, name: name.trim(), ...uploads };
    const result = await settle(create({ variables: { input } }), (data) => data.createModel);
    if (result.kind === 'refused') setProblem(result.problem);
    else onUploaded(result.payload.model.id);
  }

  return (
    <Stack>
      <ModelFiles model={model} graph={graph} />
      {file ? (
        <TextInput label="Model name" value={name} onChange={(event) => setTypedName(event.currentTarget.value)} />
      ) : null}
      <ProblemNotice problem={problem} />
      <Button disabled={!uploads || !name.trim()} loading={loading} onClick={submit}>
        Add model
      </Button>
    </Stack>
  );
}
