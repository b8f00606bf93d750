import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './wizard-nav.module.css';

/** The ways back out of a step: to the one before it (null in the first), and to where the wizard began. */
export type WayBack = { readonly onBack: (() => void) | null; readonly startOver: ReactNode };

/** The row below every step, whatever the step shows: the ways back to the left, the ways on to the right. */
export function WizardNav({ onBack, startOver, children }: WayBack & { children?: ReactNode }) {
  return (
    <nav className={classes.nav} aria-label="Steps">
      <Group gap="xs">
        {onBack ? (
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
        ) : null}
        {startOver}
      </Group>
      <div className={classes.next}>{children}</div>
    </nav>
  );
}
