import { stat } from 'node:fs/promises';
import type { InputFile } from '#contract/backend.ts';
import { sniffFormat } from '../sniff.ts';

/** Whether it is a folder, or an archive with images in it. */
export async function holdsImages({ path, name }: InputFile): Promise<boolean> {
  return (await stat(path)).isDirectory() || (await sniffFormat(path, name)) === 'images';
}
