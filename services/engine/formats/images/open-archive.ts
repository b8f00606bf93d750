import { openWith } from '../byte-source.ts';
import { limits } from '../limits.ts';
import { openZip } from '../zip/archive.ts';
import { readEntry } from '../zip/read-entry.ts';
import { chooseImages } from './choose-images.ts';
import type { ImageCollection } from './collection.ts';
import { parsePreprocess } from './parse-preprocess.ts';
import { requireImage } from './sniff-image.ts';

/**
 * A zip archive of images, packed or not. Nothing is unpacked to disk, and names are only names.
 * Errors: those of `openZip`, `chooseImages` and `parsePreprocess`.
 */
export function openImageArchive(path: string, name: string): Promise<ImageCollection> {
  return openWith(path, name, async (source) => {
    const { entries } = await openZip(source);
    const { images, preprocess } = chooseImages(name, [...entries.keys()]);
    const entryOf = (file: string) => {
      const entry = entries.get(file);
      if (!entry) throw new Error(`no entry ${file} in ${name}`);
      return entry;
    };
    return {
      name,
      bytes: source.size,
      images,
      wishes: preprocess
        ? parsePreprocess(
            await readEntry(source, entryOf(preprocess), limits.preprocessBytes),
            `${preprocess} in ${name}`,
          )
        : {},
      async readImage(index) {
        const image = images[index] ?? '';
        const bytes = await readEntry(source, entryOf(image), limits.imageBytes);
        requireImage(`${image} in ${name}`, bytes);
        return bytes;
      },
      close: () => source.close(),
    };
  });
}
