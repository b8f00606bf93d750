'use client';

import { Group, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { PreprocessSettings, Sides } from './preprocess-draft.ts';

type PreviewProps = {
  images: readonly { readonly path: string; readonly content: File }[];
  settings: PreprocessSettings;
};

const most = 4;
/** On a side of what is shown. */
const mostPixels = 192;

/** The first images as they are resized and cropped; the browser's own kernels, so nearly what a run sees. */
export function PreviewImages({ images, settings }: PreviewProps) {
  return (
    <Group gap="xs" aria-label="Preview" role="group">
      {images.slice(0, most).map(({ path, content }) => (
        <Preview key={path} path={path} content={content} settings={settings} />
      ))}
    </Group>
  );
}

function Preview({ path, content, settings }: { path: string; content: File; settings: PreprocessSettings }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    let wanted = true;
    createImageBitmap(content).then(
      (image) => {
        if (wanted && canvas.current) draw(canvas.current, image, settings);
        image.close();
      },
      () => wanted && setBroken(true),
    );
    return () => {
      wanted = false;
    };
  }, [content, settings]);
  if (broken)
    return (
      <Text size="sm" c="red">
        {path} cannot be shown: it may be damaged
      </Text>
    );
  return (
    <canvas ref={canvas} width={96} height={96} style={{ maxWidth: 96, maxHeight: 96 }} aria-label={path} role="img" />
  );
}

function draw(canvas: HTMLCanvasElement, image: ImageBitmap, { resize, crop, color }: PreprocessSettings): void {
  const [height, width] = resized(image, resize);
  const [keptHeight, keptWidth] = crop === undefined ? [height, width] : both(crop);
  const kept = { width: Math.min(keptWidth, width), height: Math.min(keptHeight, height) };
  const scale = Math.min(1, mostPixels / Math.max(kept.width, kept.height));
  canvas.width = Math.max(1, Math.round(kept.width * scale));
  canvas.height = Math.max(1, Math.round(kept.height * scale));
  const context = canvas.getContext('2d');
  if (!context) return;
  context.imageSmoothingQuality = 'high';
  context.filter = color === 'gray' ? 'grayscale(1)' : 'none';
  const [left, top] = [(canvas.width - width * scale) / 2, (canvas.height - height * scale) / 2];
  context.drawImage(image, left, top, width * scale, height * scale);
}

function resized({ height, width }: ImageBitmap, resize: Sides | undefined): readonly [number, number] {
  if (resize === undefined) return [height, width];
  if (typeof resize !== 'number') return resize;
  const scale = resize / Math.min(height, width);
  return [Math.trunc(height * scale), Math.trunc(width * scale)];
}

const both = (sides: Sides): readonly [number, number] => (typeof sides === 'number' ? [sides, sides] : sides);
