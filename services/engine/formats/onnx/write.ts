import { writeFile } from 'node:fs/promises';
import { encodeModel } from './encode.ts';
import type { OnnxModel } from './model.ts';

/** Writes the model; the caller stages the file, so that nobody sees half of it. Resolves to its size in bytes. */
export async function writeOnnxModel(path: string, model: OnnxModel): Promise<number> {
  const bytes = encodeModel(model);
  await writeFile(path, bytes, { flag: 'wx' });
  return bytes.length;
}
