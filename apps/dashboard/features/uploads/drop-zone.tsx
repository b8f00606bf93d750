'use client';

import { Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import classes from './drop-zone.module.css';
import { type ChosenFiles, droppedFiles, inputFiles } from './dropped-files.ts';

type DropZoneProps = {
  label: string;
  hint: string;
  accept: string;
  /** One file, or several and whole folders. */
  take: 'one' | 'many';
  onFiles: (chosen: ChosenFiles) => void;
};

/** A place to drop files or to choose them; a labelled file input underneath, so keyboard and tests can use it. */
export function DropZone({ label, hint, accept, take, onFiles }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const give = (chosen: ChosenFiles) => {
    const files = take === 'one' ? chosen.files.slice(0, 1) : chosen.files;
    if (files.length > 0) onFiles({ ...chosen, files });
  };

  function onDrop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    void droppedFiles(event.dataTransfer).then(give);
  }

  return (
    <label
      className={classes.zone}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <input
        type="file"
        className={classes.input}
        accept={accept}
        multiple={take === 'many'}
        aria-label={label}
        onChange={(event) => {
          give(inputFiles(event.currentTarget.files));
          // The same files may be chosen again, after they were taken out.
          event.currentTarget.value = '';
        }}
      />
      <IconUpload size={22} stroke={1.6} aria-hidden="true" />
      <Text fw={500} mt={4}>
        {label}
      </Text>
      <Text size="sm" c="dimmed">
        {hint}
      </Text>
    </label>
  );
}
