import sharp, { type Sharp } from 'sharp';
import { InputError } from '#contract/failure.ts';
import { limits } from '#engine/formats/limits.ts';

/** Bytes of an image, row by row, three for each pixel: R, G, B. */
export type Pixels = { readonly width: number; readonly height: number; readonly rgb: Uint8Array };

// Nothing but the three formats is decoded, whatever a file says it is; and what was decoded is not kept.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
});
sharp.cache(false);
sharp.concurrency(1);

const longestDecode = 30;

/**
 * Decoded as PIL's `ImageOps.exif_transpose(Image.open(…)).convert('RGB')`: alpha is dropped, colour profiles are not
 * looked at, 16 bits become 8, of an animation the first frame is taken.
 * Errors: CORRUPT_FILE if it is damaged or ends early; LIMIT_EXCEEDED by its width and height, before it is decoded.
 */
export async function decodeImage(what: string, file: Uint8Array): Promise<Pixels> {
  try {
    const image = sharp(file, { failOn: 'error', limitInputPixels: false, ignoreIcc: true });
    const { width, height, space } = await image.metadata();
    if (width * height > limits.imagePixels || Math.max(width, height) > limits.imageSide)
      throw new InputError(
        'LIMIT_EXCEEDED',
        `${what} has ${width}×${height} pixels, ${width * height} in all; images of at most ${limits.imagePixels}, and ${limits.imageSide} on a side, are decoded`,
        { remedy: 'Make it smaller first: a network sees some hundred pixels of its width.' },
      );
    return space === 'cmyk'
      ? fromCmyk(await raw(image.pipelineColourspace('cmyk').toColourspace('cmyk'), 4))
      : await raw(image.removeAlpha().toColourspace('srgb'), 3);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new InputError('CORRUPT_FILE', `${what} cannot be decoded: ${said}`, {
      remedy: 'It is damaged or incomplete: copy it again, or take it out.',
      cause,
    });
  }
}

async function raw(image: Sharp, channels: number): Promise<Pixels> {
  const { data, info } = await image
    .autoOrient()
    .timeout({ seconds: longestDecode })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== channels) throw new Error(`it has ${info.channels} channels where ${channels} were expected`);
  return { width: info.width, height: info.height, rgb: data };
}

/** As PIL has it, without a profile: (255 − K) · (255 − C) / 255, rounded. */
function fromCmyk({ width, height, rgb: cmyk }: Pixels): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const white = 255 - (cmyk[4 * pixel + 3] ?? 0);
    for (let channel = 0; channel < 3; channel++) {
      const product = (cmyk[4 * pixel + channel] ?? 0) * white + 128;
      rgb[3 * pixel + channel] = white - (((product >> 8) + product) >> 8);
    }
  }
  return { width, height, rgb };
}
