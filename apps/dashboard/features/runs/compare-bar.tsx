'use client';

import { Affix, Button, Group, Paper, Text, Transition } from '@mantine/core';
import Link from 'next/link';
import { compareHref, type ProjectPath } from '#dashboard/features/projects/project-path.ts';
import { counted } from '#dashboard/ui/format/number.ts';

type CompareBarProps = { selected: readonly number[]; path: ProjectPath; onClear: () => void };

/** Rises when runs are selected. */
export function CompareBar({ selected, path, onClear }: CompareBarProps) {
  return (
    <Affix position={{ bottom: 24, left: 0, right: 0 }} style={{ pointerEvents: 'none' }}>
      <Transition mounted={selected.length > 0} transition="slide-up">
        {(style) => (
          <Group justify="center" px="md" style={style}>
            <Paper withBorder shadow="md" radius="lg" px="md" py="xs" style={{ pointerEvents: 'auto' }}>
              <Group gap="md">
                <Text size="sm" className="tabular" role="status">
                  {counted(selected.length, 'run')} selected
                </Text>
                <Button variant="subtle" color="gray" size="compact-sm" onClick={onClear}>
                  Clear
                </Button>
                {selected.length < 2 ? (
                  <Button size="compact-sm" disabled>
                    Compare
                  </Button>
                ) : (
                  <Button size="compact-sm" component={Link} href={compareHref(path, selected)}>
                    Compare
                  </Button>
                )}
              </Group>
            </Paper>
          </Group>
        )}
      </Transition>
    </Affix>
  );
}
