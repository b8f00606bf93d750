import { Badge, Loader } from '@mantine/core';
import { IconBan, IconCheck, IconClock, IconX } from '@tabler/icons-react';

const states = {
  QUEUED: { label: 'Queued', color: 'gray', icon: <IconClock size={13} /> },
  CLAIMED: { label: 'Starting', color: 'petrol', icon: <Loader size={10} /> },
  RUNNING: { label: 'Running', color: 'petrol', icon: <Loader size={10} /> },
  SUCCEEDED: { label: 'Succeeded', color: 'green', icon: <IconCheck size={13} /> },
  FAILED: { label: 'Failed', color: 'red', icon: <IconX size={13} /> },
  CANCELED: { label: 'Canceled', color: 'gray', icon: <IconBan size={13} /> },
} as const;

export type RunStateName = keyof typeof states;

export const runStateLabels = Object.entries(states).map(([value, { label }]) => ({ value, label }));

export function RunStateBadge({ state, size = 'md' }: { state: RunStateName; size?: 'md' | 'lg' }) {
  const { label, color, icon } = states[state];
  return (
    <Badge
      color={color}
      leftSection={icon}
      size={size === 'lg' ? 'lg' : 'md'}
      data-testid="run-state"
      data-state={state}
    >
      {label}
    </Badge>
  );
}
