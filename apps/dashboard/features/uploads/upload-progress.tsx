'use client';

import { ActionIcon, Box, Card, Group, Progress, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconRefresh, IconShieldCheck, IconX } from '@tabler/icons-react';
import { useContext, useEffect } from 'react';
import { HoldOpen } from './hold-open.ts';
import type { UploadStatus } from './upload-file.ts';
import { uploadWords } from './upload-words.ts';
import type { UploadSlot } from './use-upload.ts';

type UploadProgressProps = {
  slot: UploadSlot;
  /** Instead of the name of a file that nobody chose. */
  title?: string | undefined;
};

/** One file's way: its name, how far it is, and the buttons that fit. */
export function UploadProgress({ slot, title }: UploadProgressProps) {
  const { file, status } = slot;
  const hold = useContext(HoldOpen);
  const holds = status !== null && status.phase !== 'failed';
  useEffect(() => (holds ? hold() : undefined), [holds, hold]);
  if (!file || !status) return null;
  const { value, color } = look(status);
  return (
    <Card padding="sm" radius="md" data-testid="upload" data-phase={status.phase}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Box miw={0}>
          <Text size="sm" fw={500} truncate>
            {title ?? file.name}
          </Text>
          <Group gap={4} wrap="nowrap">
            {status.phase === 'done' ? <IconShieldCheck size={15} color="var(--mantine-color-green-6)" /> : null}
            <Text
              size="sm"
              c={status.phase === 'failed' ? 'red' : 'dimmed'}
              className="tabular"
              role={status.phase === 'failed' ? 'alert' : 'status'}
            >
              {uploadWords(status)}
            </Text>
          </Group>
        </Box>
        <Group gap={4} wrap="nowrap">
          {status.phase === 'sending' ? (
            <ActionIcon variant="subtle" color="gray" aria-label={`Pause ${file.name}`} onClick={slot.pause}>
              <IconPlayerPause size={16} />
            </ActionIcon>
          ) : null}
          {status.phase === 'paused' ? (
            <ActionIcon variant="subtle" color="gray" aria-label={`Resume ${file.name}`} onClick={slot.resume}>
              <IconPlayerPlay size={16} />
            </ActionIcon>
          ) : null}
          {status.phase === 'failed' ? (
            <ActionIcon variant="subtle" color="gray" aria-label={`Try ${file.name} again`} onClick={slot.retry}>
              <IconRefresh size={16} />
            </ActionIcon>
          ) : null}
          <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${file.name}`} onClick={slot.clear}>
            <IconX size={16} />
          </ActionIcon>
        </Group>
      </Group>
      <Progress value={value} color={color} size={4} mt="xs" aria-label={`Upload of ${file.name}`} />
    </Card>
  );
}

function look(status: UploadStatus): { value: number; color: string } {
  switch (status.phase) {
    case 'waiting':
      return { value: 0, color: 'gray' };
    case 'hashing':
      return { value: status.fraction * 100, color: 'gray' };
    case 'sending':
      return { value: percent(status), color: status.cut ? 'yellow' : 'petrol' };
    case 'paused':
      return { value: percent(status), color: 'gray' };
    case 'done':
      return { value: 100, color: 'green' };
    case 'failed':
      return { value: 100, color: 'red' };
  }
}

const percent = ({ sent, total }: { readonly sent: number; readonly total: number }) =>
  total > 0 ? (sent / total) * 100 : 0;
