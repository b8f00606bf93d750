import type { Preprocess } from '#contract/preprocess.ts';
import { numberToFloat16 } from '#engine/numerics/float16.ts';
import type { ImageDtype } from './image-input.ts';
import type { Raster } from './resample.ts';

type Elements = Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** What every byte becomes in every channel: (byte · scale − mean) / std, each step in float32 as torch takes it. */
export type ByteTable = {
  /** 256 for each channel. */
  readonly values: Elements;
  readonly channels: number;
};

export function byteTable(
  { scale, mean, std }: Pick<Preprocess, 'scale' | 'mean' | 'std'>,
  dtype: ImageDtype,
): ByteTable {
  const values = elements(dtype, 256 * mean.length);
  for (const [channel, shift] of mean.entries()) {
    const divisor = Math.fround(std[channel] ?? 1);
    for (let byte = 0; byte < 256; byte++) {
      const value = Math.fround(Math.fround(Math.fround(byte * scale) - Math.fround(shift)) / divisor);
      values[256 * channel + byte] = encoders[dtype](value);
    }
  }
  return { values, channels: mean.length };
}

/** Room for samples of so many elements each. */
export function elements(dtype: ImageDtype, length: number): Elements {
  return new arrays[dtype](length);
}

/** Writes an image into the elements of its sample. */
export function writeSample(
  image: Raster,
  { table, layout, to }: { readonly table: ByteTable; readonly layout: Preprocess['layout']; readonly to: Elements },
): void {
  const { channels, bytes } = image;
  const area = image.width * image.height;
  const [pixelStep, channelStep] = layout === 'nchw' ? [1, area] : [channels, 1];
  for (let channel = 0; channel < channels; channel++) {
    for (let pixel = 0; pixel < area; pixel++) {
      const byte = bytes[pixel * channels + channel] ?? 0;
      to[pixel * pixelStep + channel * channelStep] = table.values[256 * channel + byte] ?? 0;
    }
  }
}

const arrays = { float32: Float32Array, float16: Uint16Array, uint8: Uint8Array } as const;

/** A byte is rounded to the nearest and kept in 0 to 255. */
const encoders: Readonly<Record<ImageDtype, (value: number) => number>> = {
  float32: (value) => value,
  float16: numberToFloat16,
  uint8: (value) => Math.min(255, Math.max(0, Math.round(value))),
};
