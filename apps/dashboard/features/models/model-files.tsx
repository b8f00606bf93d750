'use client';

import { Stack, Text } from '@mantine/core';
import { DropZone } from '#dashboard/features/uploads/drop-zone.tsx';
import { UploadProgress } from '#dashboard/features/uploads/upload-progress.tsx';
import type { UploadSlot } from '#dashboard/features/uploads/use-upload.ts';

function isCheckpoint(name: string): boolean {
  return /\.(pth|pt|ckpt|bin|safetensors)$/i.test(name);
}

/** The model's file and, for a checkpoint, the graph that belongs to it. */
export function ModelFiles({ file, graph }: { file: UploadSlot; graph: UploadSlot }) {
  return (
    <Stack gap="md">
      {file.file ? (
        <UploadProgress slot={file} />
      ) : (
        <DropZone
          label="Choose a model file"
          hint="Drop a .pth checkpoint or an .onnx export here"
          accept=".pth,.pt,.ckpt,.bin,.onnx,.safetensors"
          onFile={file.choose}
        />
      )}
      {file.file && isCheckpoint(file.file.name) ? (
        <Stack gap={6}>
          <Text size="sm" fw={500}>
            Companion ONNX graph (optional)
          </Text>
          <Text size="sm" c="dimmed">
            A checkpoint holds weights, not the order in which they are used. With an ONNX export of the same network
            Zeropoint can calibrate activations and measure accuracy; without one, only weight-only quantization by
            torchao is possible, unmeasured.
          </Text>
          {graph.file ? (
            <UploadProgress slot={graph} />
          ) : (
            <DropZone
              label="Choose a companion graph"
              hint="The .onnx export of this network"
              accept=".onnx"
              onFile={graph.choose}
            />
          )}
        </Stack>
      ) : null}
    </Stack>
  );
}

/** The upload ids to hand over, or null while something is still on its way. */
export function readyUploads(file: UploadSlot, graph: UploadSlot): { uploadId: string; graphUploadId?: string } | null {
  if (file.status?.phase !== 'done') return null;
  if (graph.status === null) return { uploadId: file.status.uploadId };
  return graph.status.phase === 'done'
    ? { uploadId: file.status.uploadId, graphUploadId: graph.status.uploadId }
    : null;
}
