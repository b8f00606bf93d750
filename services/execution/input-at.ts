import { stat } from 'node:fs/promises';
import type { InputFile, InputFiles } from '#contract/backend.ts';
import { inputsOf } from './inputs-of.ts';

/** The input that lies at `path`, under whatever name or link it goes; null if none does. */
export async function inputAt(files: InputFiles, path: string): Promise<InputFile | null> {
  const there = await stat(path).catch(() => null);
  if (!there) return null;
  for (const { file } of inputsOf(files)) {
    const input = await stat(file.path);
    if (input.dev === there.dev && input.ino === there.ino) return file;
  }
  return null;
}
