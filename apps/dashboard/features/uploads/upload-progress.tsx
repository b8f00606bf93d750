'use client';

import { ActionIcon, Box, Card, Group, Progress, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconRefresh, IconShieldCheck, IconX } from '@tabler/icons-react';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import type { UploadStatus } from './upload-file.ts';
import type { UploadSlot } from './use-upload.ts';

/** One file's way: its name, how far it is, and the buttons that fit. */
export function UploadProgress({ slot }: { slot: UploadSlot }) {
  const { file, status } = slot;
  if (!file || !status) return null;
  const { value, color, words } = look(status);
  return (
    <Card padding="sm" radius="md" data-testid="upload" data-phase={status.phase}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Box miw={0}>
          <Text size="sm" fw={500} truncate>
            {file.name}
          </Text>
          <Group gap={4} wrap="nowrap">
            {status.phase === 'done' ? <IconShieldCheck size={15} color="var(--mantine-color-green-6)" /> : null}
            <Text
              size="sm"
              c={status.phase === 'failed' ? 'red' : 'dimmed'}
              className="tabular"
              role={status.phase === 'failed' ? 'alert' : 'status'}
            >
              {words}
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

function look(status: UploadStatus): { value: number; color: string; words: string } {
  switch (status.phase) {
    case 'waiting':
      return { value: 0, color: 'gray', words: 'Waiting for its turn' };
    case 'hashing':
      return {
        value: status.fraction * 100,
        color: 'gray',
        words: `Fingerprinting, ${Math.round(status.fraction * 100)} %`,
      };
    case 'sending':
      return {
        value: percent(status),
        color: status.cut ? 'yellow' : 'petrol',
        words: status.cut ? `Connection cut at ${position(status)}; trying again` : position(status),
      };
    case 'paused':
      return { value: percent(status), color: 'gray', words: `Paused at ${position(status)}` };
    case 'done':
      return { value: 100, color: 'green', words: `Uploaded, SHA-256 verified: ${status.sha256.slice(0, 12)}…` };
    case 'failed':
      return { value: 100, color: 'red', words: status.message };
  }
}

type Position = { readonly sent: number; readonly total: number };

const percent = ({ sent, total }: Position) => (total > 0 ? (sent / total) * 100 : 0);
const position = ({ sent, total }: Position) => `${formatBytes(sent)} of ${formatBytes(total)}`;
