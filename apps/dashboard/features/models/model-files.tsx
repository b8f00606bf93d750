'use client';

import { Stack, Text } from '@mantine/core';
import { DropZone } from '#dashboard/features/uploads/drop-zone.tsx';
import { FolderButton } from '#dashboard/features/uploads/folder-button.tsx';
import { UploadList } from '#dashboard/features/uploads/upload-list.tsx';
import { UploadProgress } from '#dashboard/features/uploads/upload-progress.tsx';
import type { ChosenUpload } from '#dashboard/features/uploads/use-upload.ts';
import { counted } from '#dashboard/ui/format/number.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { isIndex } from './shards-of-index.ts';
import type { ModelUploads } from './use-model-uploads.ts';

const accept = '.pth,.pt,.ckpt,.bin,.pt2,.safetensors,.onnx,.data,.onnx_data,.json';

function isCheckpoint(name: string): boolean {
  return /\.(pth|pt|ckpt|bin|pt2|safetensors)$/i.test(name) || isIndex(name);
}

const wordsOfIndex = { main: 'index', part: 'shard', accept };
const wordsOfGraph = { main: 'graph', part: 'data file', accept: '' };

/** The model's file or files and, for a checkpoint, the graph that belongs to it. */
export function ModelFiles({ model, graph }: { model: ModelUploads; graph: ChosenUpload }) {
  const { arrangement } = model;
  const missing = arrangement?.missing ?? [];
  const words = isIndex(arrangement?.main?.name ?? '') ? wordsOfIndex : wordsOfGraph;
  return (
    <Stack gap="md">
      <UploadList {...model} />
      {arrangement?.problem ? <Notice tone="problem">{arrangement.problem}</Notice> : null}
      {!arrangement?.main ? (
        <Stack gap={6}>
          <DropZone
            label="Choose a model file"
            hint="Drop a checkpoint (.pth, .safetensors, …), an .onnx export, or a folder with shards and their index, or with a graph and its data"
            accept={accept}
            take="many"
            onFiles={model.choose}
          />
          <FolderButton label="Choose a folder" onFiles={model.choose} />
        </Stack>
      ) : null}
      {missing.length > 0 ? (
        <Stack gap={6}>
          <Notice tone="warning" title={`${counted(missing.length, words.part)} of the ${words.main} missing`}>
            {namesOf(missing)}
          </Notice>
          <DropZone
            label={`Choose the missing ${words.part}s`}
            hint={`The files that lie beside the ${words.main}`}
            // Data files may have any name.
            accept={words.accept}
            take="many"
            onFiles={model.choose}
          />
        </Stack>
      ) : null}
      {arrangement?.main && arrangement.leftOut.length > 0 ? (
        <Text size="sm" c="dimmed" data-testid="left-out">
          Not part of the model, and not uploaded: {namesOf(arrangement.leftOut.map(({ name }) => name))}
        </Text>
      ) : null}
      {arrangement?.main && isCheckpoint(arrangement.main.name) ? <CompanionGraph graph={graph} /> : null}
    </Stack>
  );
}

function CompanionGraph({ graph }: { graph: ChosenUpload }) {
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500}>
        Companion ONNX graph (optional)
      </Text>
      <Text size="sm" c="dimmed">
        A checkpoint holds weights, not the order in which they are used. With an ONNX export of the same network
        Zeropoint can calibrate activations and measure accuracy; without one, torchao and modelopt.pytorch can quantize
        weights alone, unmeasured.
      </Text>
      {graph.file ? (
        <UploadProgress slot={graph} />
      ) : (
        <DropZone
          label="Choose a companion graph"
          hint="The .onnx export of this network"
          accept=".onnx"
          take="one"
          onFiles={({ files: [file] }) => file && graph.choose(file)}
        />
      )}
    </Stack>
  );
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, 6);
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}
