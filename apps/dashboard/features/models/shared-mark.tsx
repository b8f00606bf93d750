import { Popover, Text, UnstyledButton } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useState } from 'react';
import { counted } from '#dashboard/ui/format/number.ts';
import classes from './shared-mark.module.css';

/** Names in the box; of more it says how many. */
const mostNames = 12;

type SharedMarkProps = { name: string; sharers: number; sharedWith: readonly string[] };

/** Says that a tensor shows the same memory as others; which ones, to who points at it, presses it or tabs to it. */
export function SharedMark({ name, sharers, sharedWith }: SharedMarkProps) {
  const [open, setOpen] = useState(false);
  const shown = sharedWith.slice(0, mostNames);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" shadow="md" withinPortal>
      <Popover.Target>
        <UnstyledButton
          className={classes.mark}
          aria-label={`${name} shares memory with ${counted(sharers, 'other tensor')}`}
          onClick={() => setOpen(true)}
          onMouseEnter={() => setOpen(true)}
          onMouseLeave={() => setOpen(false)}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
        >
          <IconLink size={12} aria-hidden /> shared with {sharers}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown maw="min(34rem, 90vw)">
        <Text size="xs" c="dimmed" mb={4}>
          The same memory as
        </Text>
        {shown.map((other) => (
          <Text key={other} size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
            {other}
          </Text>
        ))}
        {sharers > shown.length ? (
          <Text size="xs" c="dimmed" mt={4}>
            and {counted(sharers - shown.length, 'other')}
          </Text>
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
}
