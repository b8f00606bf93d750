'use client';

import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUpload } from '@tabler/icons-react';
import type { ReactNode } from 'react';

type UploadDialogProps = {
  /** On the button that opens it. */
  label: string;
  title: string;
  variant?: 'filled' | 'default' | undefined;
  /** The form; it calls `close` when its upload became what it was meant for. */
  children: (close: () => void) => ReactNode;
};

/** A button and the dialog it opens. A click beside it does not close it: that would throw an upload away. */
export function UploadDialog({ label, title, variant = 'filled', children }: UploadDialogProps) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant={variant} leftSection={<IconUpload size={16} />} onClick={open}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={title} size="lg" closeOnClickOutside={false}>
        {children(close)}
      </Modal>
    </>
  );
}
