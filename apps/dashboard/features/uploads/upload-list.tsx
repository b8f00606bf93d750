'use client';

import { Group, Progress, ScrollArea, Stack, Text } from '@mantine/core';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { counted } from '#dashboard/ui/format/number.ts';
import { UploadProgress } from './upload-progress.tsx';
import type { QueuedUpload } from './upload-queue.ts';
import { uploadedBytes } from './uploaded-bytes.ts';
import type { Uploads } from './use-uploads.ts';

type UploadListProps = Omit<Uploads, 'want'> & { remove: (file: File) => void };

/** Several files on their way: how far all of them are, and each on its own. */
export function UploadList({ uploads, pause, resume, retry, remove }: UploadListProps) {
  if (uploads.length === 0) return null;
  const rows = uploads.map(({ file, status }) => (
    <UploadProgress
      key={file.name}
      slot={{
        file,
        status,
        pause: () => pause(file),
        resume: () => resume(file),
        retry: () => retry(file),
        clear: () => remove(file),
      }}
    />
  ));
  if (rows.length === 1) return rows;
  return (
    <Stack gap="xs">
      <Overall uploads={uploads} />
      <ScrollArea.Autosize mah={220} type="auto" offsetScrollbars>
        <Stack gap={6}>{rows}</Stack>
      </ScrollArea.Autosize>
    </Stack>
  );
}

function Overall({ uploads }: { uploads: readonly QueuedUpload[] }) {
  const total = uploads.reduce((sum, { file }) => sum + file.size, 0);
  const sent = uploads.reduce((sum, upload) => sum + uploadedBytes(upload), 0);
  const done = uploads.filter(({ status }) => status.phase === 'done').length;
  return (
    <div data-testid="upload-overall">
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          {done} of {counted(uploads.length, 'file')} uploaded
        </Text>
        <Text size="sm" c="dimmed" className="tabular">
          {formatBytes(sent)} of {formatBytes(total)}
        </Text>
      </Group>
      <Progress value={total > 0 ? (sent / total) * 100 : 0} size={6} mt={6} aria-label="Upload of all files" />
    </div>
  );
}
