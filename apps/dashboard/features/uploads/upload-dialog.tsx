'use client';

import { Button, Group, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUpload } from '@tabler/icons-react';
import { type ReactNode, useCallback, useRef } from 'react';
import { Notice } from '#dashboard/ui/notice.tsx';
import { HoldOpen } from './hold-open.ts';

type UploadDialogProps = {
  /** On the button that opens it. */
  label: string;
  title: string;
  variant?: 'filled' | 'default' | undefined;
  /** The form; it calls `close` when its upload became what it was meant for. */
  children: (close: () => void) => ReactNode;
};

/** A button and the dialog it opens. Nothing closes it unasked while it has files: that would throw an upload away. */
export function UploadDialog({ label, title, variant = 'filled', children }: UploadDialogProps) {
  const [opened, dialog] = useDisclosure(false);
  const [asking, question] = useDisclosure(false);
  const held = useRef(0);
  const hold = useCallback(() => {
    held.current += 1;
    return () => {
      held.current -= 1;
    };
  }, []);
  const close = () => {
    question.close();
    dialog.close();
  };
  return (
    <>
      <Button variant={variant} leftSection={<IconUpload size={16} />} onClick={dialog.open}>
        {label}
      </Button>
      <Modal
        opened={opened}
        onClose={() => (held.current > 0 ? question.open() : close())}
        title={title}
        size="lg"
        closeOnClickOutside={false}
      >
        <Stack>
          {asking ? <CloseQuestion onStay={question.close} onClose={close} /> : null}
          <HoldOpen value={hold}>{children(close)}</HoldOpen>
        </Stack>
      </Modal>
    </>
  );
}

function CloseQuestion({ onStay, onClose }: { onStay: () => void; onClose: () => void }) {
  return (
    <Notice tone="warning" title="Close without adding these files?">
      Nothing has been added to the project yet, and what is still being sent stops.
      <Group gap="xs" mt="sm">
        <Button size="xs" onClick={onStay} data-autofocus>
          Stay here
        </Button>
        <Button size="xs" variant="default" onClick={onClose}>
          Close anyway
        </Button>
      </Group>
    </Notice>
  );
}
