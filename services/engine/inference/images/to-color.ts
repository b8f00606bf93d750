import type { Color } from '#contract/preprocess.ts';
import type { Pixels } from './decode.ts';
import type { Raster } from './resample.ts';

/** Channels as they are wished; gray as PIL's `convert('L')` weighs it (ITU-R 601-2, 16 bits after the point). */
export function toColor({ width, height, rgb }: Pixels, color: Color): Raster {
  if (color === 'rgb') return { width, height, channels: 3, bytes: rgb };
  const area = width * height;
  const channels = color === 'gray' ? 1 : 3;
  const bytes = new Uint8Array(area * channels);
  for (let pixel = 0; pixel < area; pixel++) {
    const [r, g, b] = [rgb[3 * pixel] ?? 0, rgb[3 * pixel + 1] ?? 0, rgb[3 * pixel + 2] ?? 0];
    if (color === 'gray') bytes[pixel] = (r * 19_595 + g * 38_470 + b * 7_471 + 0x8000) >> 16;
    else bytes.set([b, g, r], 3 * pixel);
  }
  return { width, height, channels, bytes };
}
