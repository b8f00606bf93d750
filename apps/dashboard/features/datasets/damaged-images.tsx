'use client';

import { useEffect, useState } from 'react';
import { counted } from '#dashboard/ui/format/number.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import type { ImageFolder } from './image-folder.ts';

/** Looked at before an upload: more would keep a browser busy for long. */
const mostLooked = 500;
const mostNamed = 5;

/** Which images the browser cannot read, and what a run does with one of those; nothing while all are whole. */
export function DamagedImages({ images }: Pick<ImageFolder, 'images'>) {
  const [damaged, setDamaged] = useState<readonly string[]>([]);
  useEffect(() => {
    const looking = new AbortController();
    setDamaged([]);
    void look(images.slice(0, mostLooked), looking.signal, (path) => setDamaged((found) => [...found, path]));
    return () => looking.abort();
  }, [images]);
  if (damaged.length === 0) return null;
  const more = damaged.length - mostNamed;
  return (
    <Notice
      tone="warning"
      remedy="Remove them from the folder or save them again, then choose the folder again. Otherwise the dataset, or the run that reads one, fails and names it."
    >
      {counted(damaged.length, 'image')} cannot be read: {damaged.slice(0, mostNamed).join(', ')}
      {more > 0 ? ` and ${more} more` : ''}.
    </Notice>
  );
}

async function look(
  images: ImageFolder['images'],
  signal: AbortSignal,
  onDamaged: (path: string) => void,
): Promise<void> {
  for (const { path, content } of images) {
    if (signal.aborted) return;
    const bitmap = await createImageBitmap(content).catch(() => null);
    if (signal.aborted) return;
    if (bitmap) bitmap.close();
    else onDamaged(path);
  }
}
