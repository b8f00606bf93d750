'use client';

import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useContext, useEffect, useMemo, useRef, useState } from 'react';
import { HoldOpen } from '#dashboard/features/uploads/hold-open.ts';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { counted } from '#dashboard/ui/format/number.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { DamagedImages } from './damaged-images.tsx';
import type { ImageFolder } from './image-folder.ts';
import { emptyDraft, readDraft } from './preprocess-draft.ts';
import { PreprocessFields } from './preprocess-fields.tsx';
import { PreviewImages } from './preview-images.tsx';
import { zipFile } from './zip-file.ts';

type ImageFolderFormProps = { folder: ImageFolder; onPacked: (archive: File) => void; onCancel: () => void };

/** Asks how the images of a folder become samples, and makes one archive of both. */
export function ImageFolderForm({ folder: { name, images, others }, onPacked, onCancel }: ImageFolderFormProps) {
  const [draft, setDraft] = useState(emptyDraft);
  const [packed, setPacked] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const leaving = useRef<AbortController | null>(null);
  const hold = useContext(HoldOpen);
  const { settings, problems } = useMemo(() => readDraft(draft), [draft]);
  const bytes = images.reduce((sum, { content }) => sum + content.size, 0);
  useEffect(() => hold(), [hold]);
  useEffect(() => () => leaving.current?.abort(), []);

  async function pack() {
    setProblem(null);
    leaving.current = new AbortController();
    const { signal } = leaving.current;
    const said =
      Object.keys(settings).length > 0
        ? [{ path: 'preprocess.json', content: new Blob([JSON.stringify(settings)]) }]
        : [];
    try {
      onPacked(await zipFile([...said, ...images], { name: `${name}.zip`, onProgress: setPacked, signal }));
    } catch (error) {
      if (signal.aborted) return;
      setPacked(null);
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <Stack>
      <Text size="sm" data-testid="image-folder">
        {name}: {counted(images.length, 'image')}, {formatBytes(bytes)}
        {others > 0 ? `; ${counted(others, 'other file')} will be left out` : ''}
      </Text>
      <PreprocessFields draft={draft} problems={problems} onChange={setDraft} />
      <PreviewImages images={images} settings={settings} />
      <DamagedImages images={images} />
      {problem ? (
        <Notice tone="problem" remedy="Choose the folder again.">
          {problem}
        </Notice>
      ) : null}
      {packed === null ? null : <Progress value={packed * 100} size={4} aria-label={`Packing of ${name}`} />}
      <Group>
        <Button onClick={pack} loading={packed !== null} disabled={Object.keys(problems).length > 0}>
          Upload {counted(images.length, 'image')}
        </Button>
        <Button variant="default" onClick={onCancel}>
          Choose something else
        </Button>
      </Group>
    </Stack>
  );
}
