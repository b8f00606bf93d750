'use client';

import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUpload } from '@tabler/icons-react';
import { type ReactNode, useCallback, useRef } from 'react';
import { HoldOpen } from './hold-open.ts';

type UploadDialogProps = {
  /** On the button that opens it. */
  label: string;
  title: string;
  variant?: 'filled' | 'default' | undefined;
  /** It is open when its page is. */
  openAtFirst?: boolean;
  /** The form; it calls `close` when its upload became what it was meant for. */
  children: (close: () => void) => ReactNode;
};

/** A button and the dialog it opens. Nothing closes it unasked while it has files: that would throw an upload away. */
export function UploadDialog({ label, title, variant = 'filled', openAtFirst = false, children }: UploadDialogProps) {
  const [opened, dialog] = useDisclosure(openAtFirst);
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
  // Escape comes here also when the question is open, which does not listen itself: it would hear the key that opened it.
  const leave = () => {
    if (asking) question.close();
    else if (held.current > 0) question.open();
    else close();
  };
  return (
    <>
      <Button variant={variant} leftSection={<IconUpload size={16} />} onClick={dialog.open}>
        {label}
      </Button>
      <Modal opened={opened} onClose={leave} title={title} size="lg" closeOnClickOutside={false} trapFocus={!asking}>
        <HoldOpen value={hold}>{children(close)}</HoldOpen>
      </Modal>
      <CloseQuestion opened={asking} onStay={question.close} onClose={close} />
    </>
  );
}

type CloseQuestionProps = { opened: boolean; onStay: () => void; onClose: () => void };

function CloseQuestion({ opened, onStay, onClose }: CloseQuestionProps) {
  return (
    <Modal opened={opened} onClose={onStay} title="Close without adding these files?" closeOnEscape={false}>
      <Stack>
        <Text size="sm">Nothing has been added to the project yet, and what is still being sent stops.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onStay} data-autofocus>
            Stay here
          </Button>
          <Button color="red" onClick={onClose}>
            Close anyway
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
