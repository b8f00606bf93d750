import { stat } from 'node:fs/promises';
import type { InputFile } from '#contract/backend.ts';
import type { ImageCollection } from './collection.ts';
import { openImageArchive } from './open-archive.ts';
import { openImageFolder } from './open-folder.ts';

/** What `holdsImages`. Errors: those of `openImageFolder` and `openImageArchive`. */
export async function openImages({ path, name }: InputFile): Promise<ImageCollection> {
  return (await stat(path)).isDirectory() ? openImageFolder(path, name) : openImageArchive(path, name);
}
