import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './virtual-table.module.css';

export type SortDirection = 'ascending' | 'descending';

type SortButtonProps = { direction: SortDirection | null; onClick: (event: unknown) => void; children: ReactNode };

/** The name of a column, which sorts by it. */
export function SortButton({ direction, onClick, children }: SortButtonProps) {
  return (
    <UnstyledButton className={classes.sort} onClick={onClick}>
      {children}
      {direction === 'ascending' ? <IconArrowUp size={13} /> : null}
      {direction === 'descending' ? <IconArrowDown size={13} /> : null}
    </UnstyledButton>
  );
}
