'use client';

import { Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import classes from './drop-zone.module.css';

type DropZoneProps = { label: string; hint: string; accept: string; onFile: (file: File) => void };

/** A place to drop one file or to choose it; a labelled file input underneath, so keyboard and tests can use it. */
export function DropZone({ label, hint, accept, onFile }: DropZoneProps) {
  const [over, setOver] = useState(false);

  function onDrop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
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
        aria-label={label}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file) onFile(file);
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
