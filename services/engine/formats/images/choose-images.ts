import { InputError } from '#contract/failure.ts';
import { limits } from '../limits.ts';

/** Among the files of a dataset. Paths are separated by `/` and relative to the folder or archive. */
export type ChosenImages = {
  /** Sorted by code units, so that everybody counts them in the same order. */
  readonly images: readonly string[];
  /** Says how they become tensors. */
  readonly preprocess: string | null;
};

/** Files that say how the images beside them become tensors. */
const preprocessNames = ['preprocess.json', 'preprocess.yaml', 'preprocess.yml'];

const read: ReadonlySet<string> = new Set(['jpg', 'jpeg', 'png', 'webp']);
/** Left out silently they would be missed; what they refer to, or how much they unpack to, nobody wants to find out. */
const notRead: ReadonlySet<string> = new Set(
  'avif bmp dng eps gif heic heif ico j2k jp2 jxl pbm pdf pgm ppm psd raw svg svgz tga tif tiff'.split(' '),
);

/**
 * The images among files, by their endings; what is no image (and what systems leave behind in folders) is passed over.
 * Errors: NOT_A_DATASET if there is none, or one of a kind that is not read; LIMIT_EXCEEDED.
 */
export function chooseImages(name: string, files: readonly string[]): ChosenImages {
  const visible = files.filter((file) => !file.split('/').some((part) => part.startsWith('.') || part === '__MACOSX'));
  const images = visible.filter((file) => read.has(endingOf(file))).sort(inOrder);
  const strange = visible.filter((file) => notRead.has(endingOf(file))).sort(inOrder);
  const [first] = strange;
  if (first !== undefined)
    throw new InputError(
      'NOT_A_DATASET',
      `${first} in ${name} is a .${endingOf(first)}${strange.length > 1 ? `, and so or alike are ${strange.length - 1} more` : ''}; images are read from JPEG, PNG and WebP.`,
      { remedy: 'Convert such images, or take them out.' },
    );
  if (images.length === 0)
    throw new InputError(
      'NOT_A_DATASET',
      `${name} holds no images (.jpg, .png or .webp) among its ${files.length} files.`,
      {
        remedy: 'Give a folder, or a .zip or .tar of images; folders inside are looked through too.',
      },
    );
  if (images.length > limits.images)
    throw new InputError(
      'LIMIT_EXCEEDED',
      `${name} holds ${images.length} images; at most ${limits.images} are read.`,
      {
        remedy: 'Some hundred typical images calibrate as well.',
      },
    );
  return { images, preprocess: onePreprocess(name, files) };
}

/** Whether one of the files is an image of any kind. */
export function hasImages(files: readonly string[]): boolean {
  return files.some((file) => read.has(endingOf(file)) || notRead.has(endingOf(file)));
}

function onePreprocess(name: string, files: readonly string[]): string | null {
  const [first, second] = files.filter((file) => preprocessNames.includes(file));
  if (second === undefined) return first ?? null;
  throw new InputError('NOT_A_DATASET', `${name} holds both ${first} and ${second}, which may contradict each other.`, {
    remedy: 'Leave one.',
  });
}

function endingOf(file: string): string {
  return /\.([^./]+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
