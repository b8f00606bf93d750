import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { InputError } from '#contract/failure.ts';
import { openByteSource, overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';
import { chooseImages } from './choose-images.ts';
import type { ImageCollection } from './collection.ts';
import { parsePreprocess } from './parse-preprocess.ts';
import { requireImage } from './sniff-image.ts';

/**
 * The images in a folder and in the folders in it. A link is followed to a file inside the folder only.
 * Errors: those of `chooseImages` and `parsePreprocess`; UNSAFE_FILE for a link that leads out, or to a folder.
 */
export async function openImageFolder(path: string, name: string): Promise<ImageCollection> {
  const { files, links } = await walk(path, name);
  const { images, preprocess } = chooseImages(name, files);
  const used = [...images, ...(preprocess ? [preprocess] : [])];
  await refuseLeading(path, name, { links, used: new Set(used) });
  let bytes = 0;
  for (const file of used) bytes += (await stat(join(path, file))).size;
  const read = (file: string, limit: number) => readWhole(join(path, file), `${file} in ${name}`, limit);
  return {
    name,
    bytes,
    images,
    wishes: preprocess
      ? parsePreprocess(await read(preprocess, limits.preprocessBytes), `${preprocess} in ${name}`)
      : {},
    async readImage(index) {
      const image = images[index] ?? '';
      const whole = await read(image, limits.imageBytes);
      requireImage(`${image} in ${name}`, whole);
      return whole;
    },
    close: async () => {},
  };
}

type Found = { readonly files: readonly string[]; readonly links: readonly string[] };

/** All files, by their paths with `/`; links are among them. Hidden folders are not entered. */
async function walk(root: string, name: string): Promise<Found> {
  const files: string[] = [];
  const links: string[] = [];
  const folders = [''];
  for (let at = 0; at < folders.length; at++) {
    const folder = folders[at] ?? '';
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory() && !entry.name.startsWith('.')) folders.push(path);
      if (entry.isSymbolicLink()) links.push(path);
      if (entry.isFile() || entry.isSymbolicLink()) files.push(path);
    }
    if (files.length > 2 * limits.images || folders.length > limits.imageFolders)
      throw overLimit(
        { name },
        `holds more than ${files.length > 2 * limits.images ? `${2 * limits.images} files` : `${limits.imageFolders} folders`}.`,
      );
  }
  return { files, links };
}

/** What lies elsewhere on this machine was not given. */
async function refuseLeading(
  root: string,
  name: string,
  { links, used }: { readonly links: readonly string[]; readonly used: ReadonlySet<string> },
): Promise<void> {
  const inside = (await realpath(root)) + sep;
  for (const link of links) {
    const target = await realpath(join(root, link)).catch(() => null);
    const kind = target === null ? null : await stat(target);
    if (kind?.isDirectory() || (used.has(link) && (!kind?.isFile() || !target?.startsWith(inside))))
      throw new InputError(
        'UNSAFE_FILE',
        `${link} in ${name} is a link ${kind === null ? 'to nothing' : kind.isDirectory() ? 'to a folder' : 'that leads out of it'}; links are followed to files in the same folder only.`,
        { remedy: 'Copy what it leads to in its place (cp -rL).' },
      );
  }
}

async function readWhole(path: string, name: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const source = await openByteSource(path, name);
  try {
    if (source.size > limit) throw overLimit(source, `has ${source.size} bytes; at most ${limit} are read.`);
    return await source.read(0, source.size);
  } finally {
    await source.close();
  }
}
