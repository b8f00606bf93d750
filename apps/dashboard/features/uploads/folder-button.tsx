'use client';

import { Text } from '@mantine/core';
import classes from './drop-zone.module.css';
import { type ChosenFiles, inputFiles } from './dropped-files.ts';

/** The browser's picker for a whole folder. */
export function FolderButton({ label, onFiles }: { label: string; onFiles: (chosen: ChosenFiles) => void }) {
  return (
    <Text component="label" size="sm" ta="center" c="var(--mantine-color-anchor)" className={classes.folder ?? ''}>
      <input
        type="file"
        className={classes.input}
        // React has no property for it.
        ref={(input) => input?.setAttribute('webkitdirectory', '')}
        aria-label={label}
        onChange={(event) => {
          onFiles(inputFiles(event.currentTarget.files));
          event.currentTarget.value = '';
        }}
      />
      {label}
    </Text>
  );
}
