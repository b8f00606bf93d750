'use client';

import { Button, List } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { counted } from './format/number.ts';

type LongListProps = { items: readonly string[]; noun: string; most?: number; show?: (item: string) => ReactNode };

/** Sentences or names one under the other; of many, the first, and the rest on request. */
export function LongList({ items, noun, most = 8, show }: LongListProps) {
  const [all, setAll] = useState(false);
  const shown = all ? items : items.slice(0, most);
  return (
    <>
      <List size="sm" spacing={4}>
        {shown.map((item) => (
          <List.Item key={item}>{show ? show(item) : item}</List.Item>
        ))}
      </List>
      {items.length > most ? (
        <Button variant="subtle" size="compact-sm" mt={6} ml={-8} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${counted(items.length, noun)}`}
        </Button>
      ) : null}
    </>
  );
}
