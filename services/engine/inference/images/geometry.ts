import type { Preprocess } from '#contract/preprocess.ts';
import type { Window } from './resample.ts';

export type Geometry = { readonly width: number; readonly height: number; readonly window: Window };

type Size = { readonly width: number; readonly height: number };

/**
 * The size that an image is resized to, and the part of it that is kept; null if it is smaller than the crop. Rounded as
 * torchvision rounds: the longer side down, the corner of the crop to the nearest, halves to even.
 */
export function geometryOf(image: Size, { resize, crop }: Pick<Preprocess, 'resize' | 'crop'>): Geometry | null {
  const { width, height } = resized(image, resize);
  if (!crop) return { width, height, window: { left: 0, top: 0, width, height } };
  const [cropHeight, cropWidth] = crop;
  if (cropHeight > height || cropWidth > width) return null;
  const window = {
    left: halfToEven((width - cropWidth) / 2),
    top: halfToEven((height - cropHeight) / 2),
    width: cropWidth,
    height: cropHeight,
  };
  return { width, height, window };
}

function resized({ width, height }: Size, resize: Preprocess['resize']): Size {
  if (resize === null) return { width, height };
  if (typeof resize !== 'number') return { height: resize[0], width: resize[1] };
  return width <= height
    ? { width: resize, height: Math.trunc((resize * height) / width) }
    : { width: Math.trunc((resize * width) / height), height: resize };
}

function halfToEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (below % 2) : Math.round(value);
}
