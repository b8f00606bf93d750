'use client';

import { ActionIcon, Button, Group, Menu, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck, IconDots, IconUserMinus } from '@tabler/icons-react';
import { roleOptions } from './roles.ts';

type MemberMenuProps = { name: string; role: string; onRole: (role: string) => void; onRemove: () => void };

/** Another role for a member, or no seat at all; that is asked twice. */
export function MemberMenu({ name, role, onRole, onRemove }: MemberMenuProps) {
  const [asking, { open, close }] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Change ${name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Role</Menu.Label>
          {roleOptions.map(({ value, label }) => (
            <Menu.Item
              key={value}
              onClick={() => onRole(value)}
              rightSection={role === value ? <IconCheck size={14} /> : null}
            >
              {label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconUserMinus size={16} />} onClick={open}>
            Remove {name}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={asking} onClose={close} title={`Remove ${name}?`}>
        <Stack>
          <Text size="sm">
            They lose access at once, on open pages too. Their models, data and runs stay with the organization.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Keep them
            </Button>
            <Button
              color="red"
              onClick={() => {
                close();
                onRemove();
              }}
            >
              Remove
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
