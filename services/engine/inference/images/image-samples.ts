import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { Preprocess } from '#contract/preprocess.ts';
import { classesOf } from '#engine/formats/images/classes.ts';
import type { ImageCollection } from '#engine/formats/images/collection.ts';
import { openImages } from '#engine/formats/images/open-images.ts';
import { limits } from '#engine/formats/limits.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';
import type { SampleSource } from '../sample-source.ts';
import { completePreprocess } from './complete-preprocess.ts';
import { decodeImage } from './decode.ts';
import { geometryOf } from './geometry.ts';
import { type ImageInput, imageInput } from './image-input.ts';
import { inTurns } from './in-turns.ts';
import { type Raster, resample } from './resample.ts';
import { type ImagesServe, tellGuesses } from './tell-guesses.ts';
import { toColor } from './to-color.ts';
import { byteTable, elements, writeSample } from './to-tensor.ts';

/**
 * The images of a folder or an archive as samples, in the order of their paths, which are their ids. Folders are their
 * classes. An image is decoded when it is asked for, and forgotten.
 * Errors: CALIBRATION_MISMATCH if images do not fit the graph's input; those of `openImages`; of `read`, those of `decodeImage`.
 */
export async function openImageSamples(
  file: InputFile,
  ports: readonly OnnxPort[],
  serve: ImagesServe = 'calibration',
): Promise<SampleSource> {
  const collection = await openImages(file);
  try {
    const { images, name } = collection;
    const wishes = { ...collection.wishes, ...file.preprocess };
    const input = imageInput(name, ports, wishes.layout);
    const completed = completePreprocess(name, wishes, input);
    const { preprocess } = completed;
    const sizes = completed.guessed.size ? await someSizes(collection) : [];
    const warnings = tellGuesses(name, completed, { serve, sizes });
    return {
      name,
      samples: images.length,
      random: false,
      inseparable: 1,
      preprocess,
      warnings,
      idOf: (sample) => images[sample] ?? '',
      read: (samples) => readSamples(samples, { collection, preprocess, input }),
      async readLabels() {
        const classes = classesOf(images);
        if (classes) return { dtype: 'int32', shape: [images.length], bytes: new Uint8Array(classes.labels.buffer) };
        throw new InputError(
          'CALIBRATION_MISMATCH',
          `${name} says no classes: its images do not lie in a folder for each class`,
          {
            remedy:
              'Name them CLASS/IMAGE.jpg; classes are numbered in the order of their names, as by torchvision’s ImageFolder.',
          },
        );
      },
      close: () => collection.close(),
    };
  } catch (error) {
    await collection.close();
    throw error;
  }
}

/** Of the first, the middle and the last image; none of one that cannot be read, about which its reader will say more. */
async function someSizes({ images, name, readImage }: ImageCollection): Promise<readonly Sized[]> {
  const some = [...new Set([0, Math.floor(images.length / 2), images.length - 1])];
  try {
    const sizes: Sized[] = [];
    for (const sample of some) sizes.push(await decodeImage(`${images[sample]} in ${name}`, await readImage(sample)));
    return sizes;
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

type Reading = {
  readonly collection: ImageCollection;
  readonly preprocess: Preprocess;
  readonly input: ImageInput;
};

async function readSamples(samples: readonly number[], reading: Reading) {
  const { input, preprocess } = reading;
  const table = byteTable(preprocess, input.dtype);
  let size: { readonly height: number; readonly width: number } | null = null;
  let made = elements(input.dtype, 0);
  await inTurns(samples, async (sample, place, signal) => {
    const image = await readImage(sample, { reading, signal });
    if (!size) {
      size = image;
      made = elements(input.dtype, samples.length * image.bytes.length);
    }
    if (image.width !== size.width || image.height !== size.height) throw uneven(reading, sample, { image, size });
    const length = image.bytes.length;
    const to = made.subarray(place * length, (place + 1) * length);
    writeSample(image, { table, layout: preprocess.layout, to });
  });
  const { height, width } = size ?? { height: 0, width: 0 };
  const area = preprocess.layout === 'nchw' ? [table.channels, height, width] : [height, width, table.channels];
  return new Map([
    [input.name, { dtype: input.dtype, shape: [samples.length, ...area], bytes: new Uint8Array(made.buffer) }],
  ]);
}

async function readImage(
  sample: number,
  { reading: { collection, preprocess, input }, signal }: { readonly reading: Reading; readonly signal: AbortSignal },
): Promise<Raster> {
  const what = `${collection.images[sample]} in ${collection.name}`;
  const file = await collection.readImage(sample);
  signal.throwIfAborted();
  const pixels = await decodeImage(what, file);
  signal.throwIfAborted();
  const geometry = geometryOf(pixels, preprocess);
  if (!geometry)
    throw new InputError(
      'CALIBRATION_MISMATCH',
      `${what} has ${pixels.height}×${pixels.width} pixels (height × width), less than the ${preprocess.crop?.join('×')} that are cut from it`,
      { remedy: 'Resize the images first (resize: …), or take it out.' },
    );
  const { height, width } = geometry.window;
  if ((input.height ?? height) !== height || (input.width ?? width) !== width)
    throw new InputError(
      'CALIBRATION_MISMATCH',
      `${what} becomes ${height}×${width} pixels (height × width), and ${input.name} takes ${input.height ?? 'any'}×${input.width ?? 'any'}`,
      { remedy: `Give all images one size: resize: [${input.height ?? height}, ${input.width ?? width}], or a crop.` },
    );
  // Rows are resized before columns: in between the image is as wide as it becomes, and as high as it was.
  if (width * Math.max(height, pixels.height) > limits.imagePixels)
    throw new InputError(
      'LIMIT_EXCEEDED',
      `${what} has ${pixels.height}×${pixels.width} pixels (height × width) and becomes ${height}×${width}; on the way that makes more than ${limits.imagePixels} pixels`,
      { remedy: 'Say a crop or a smaller resize, or take it out.' },
    );
  return resample(toColor(pixels, preprocess.color), { ...geometry, interpolation: preprocess.interpolation });
}

type Sized = { readonly height: number; readonly width: number };

function uneven({ collection }: Reading, sample: number, { image, size }: { image: Sized; size: Sized }): InputError {
  return new InputError(
    'CALIBRATION_MISMATCH',
    `${collection.images[sample]} in ${collection.name} becomes ${image.height}×${image.width} pixels (height × width), another image of its batch ${size.height}×${size.width}`,
    { remedy: 'Give all images one size by a crop, or by resize: [height, width].' },
  );
}
