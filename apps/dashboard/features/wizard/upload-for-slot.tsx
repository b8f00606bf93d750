import { Group, Text } from '@mantine/core';
import { UploadDatasetButton } from '#dashboard/features/datasets/upload-dataset-button.tsx';
import type { UploadTarget } from '#dashboard/features/uploads/use-upload.ts';
import type { Slot } from './dataset-slots.ts';
import type { SlotState } from './use-dataset-slots.ts';

type UploadForSlotProps = UploadTarget & { slot: Slot; state: SlotState; reload: () => void };

/** Uploads a dataset for one slot and no other; beside the button, what became of it. */
export function UploadForSlot({ slot, state, reload, ...target }: UploadForSlotProps) {
  return (
    <Group>
      <UploadDatasetButton
        {...target}
        label={`Upload ${slot} set`}
        variant="default"
        onUploaded={(versionId) => {
          state.awaitUpload(slot, versionId);
          reload();
        }}
      />
      <Text size="sm" c="dimmed" role="status">
        {state.wordsOf(slot)}
      </Text>
    </Group>
  );
}
