import { InputError } from '#contract/failure.ts';

export type ImageFormat = 'jpeg' | 'png' | 'webp';

/**
 * What an image is by its first bytes; the ending of its name is not asked. `what` names it in messages.
 * Errors: NOT_A_DATASET for anything else, SVG among it: that is a program which fetches files.
 */
export function requireImage(what: string, bytes: Uint8Array): ImageFormat {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).toString('latin1');
  const format = magics.find(([, pattern]) => pattern.test(head))?.[0];
  if (format) return format;
  const other = others.find(([, pattern]) => pattern.test(head))?.[0];
  const is = bytes.length === 0 ? 'is empty (0 bytes)' : other ? `is ${other}` : `(${bytes.length} bytes) is no image`;
  throw new InputError('NOT_A_DATASET', `${what} ${is}; images are read from JPEG, PNG and WebP.`, {
    remedy: 'Convert it or take it out, whatever its name ends with.',
  });
}

const magics: readonly (readonly [ImageFormat, RegExp])[] = [
  ['jpeg', /^\xff\xd8\xff/],
  ['png', /^\x89PNG\r\n/],
  ['webp', /^RIFF[\s\S]{4}WEBP/],
];

const others: readonly (readonly [string, RegExp])[] = [
  ['a GIF', /^GIF8/],
  ['a BMP', /^BM/],
  ['a TIFF', /^(II\*\0|MM\0\*)/],
  ['a HEIF or AVIF', /^[\s\S]{4}ftyp/],
  ['an SVG', /<svg[\s>]/i],
  ['a PDF', /^%PDF/],
  ['a text in XML or HTML', /^\s*(<\?xml|<!doctype|<html)/i],
  ['a Git LFS pointer', /^version https:\/\/git-lfs/],
];
