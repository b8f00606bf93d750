import { openWith } from '../byte-source.ts';
import { limits } from '../limits.ts';
import { type Archive, openArchive } from './archive.ts';
import { chooseImages } from './choose-images.ts';
import type { ImageCollection } from './collection.ts';
import { parsePreprocess } from './parse-preprocess.ts';
import { requireImage } from './sniff-image.ts';

/**
 * An archive of images, packed or not. Names are only names.
 * Errors: those of `openArchive`, `chooseImages` and `parsePreprocess`.
 */
export function openImageArchive(path: string, name: string): Promise<ImageCollection> {
  return openWith(path, name, async (source) => {
    const archive = await openArchive(source);
    try {
      const { images, wishes } = await imagesOf(archive, name);
      return {
        name,
        bytes: source.size,
        images,
        wishes,
        async readImage(index) {
          const image = images[index] ?? '';
          const bytes = await archive.read(image, limits.imageBytes);
          requireImage(`${image} in ${name}`, bytes);
          return bytes;
        },
        async close() {
          await archive.close();
          await source.close();
        },
      };
    } catch (error) {
      await archive.close();
      throw error;
    }
  });
}

async function imagesOf(archive: Archive, name: string): Promise<Pick<ImageCollection, 'images' | 'wishes'>> {
  const { images, preprocess } = chooseImages(name, archive.names);
  if (!preprocess) return { images, wishes: {} };
  const text = await archive.read(preprocess, limits.preprocessBytes);
  return { images, wishes: parsePreprocess(text, `${preprocess} in ${name}`) };
}
