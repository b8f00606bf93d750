import type { InputFile, InputFiles } from '#contract/backend.ts';

export type Input = { readonly role: string; readonly file: InputFile };

/** Every file of a run with what it is to it: those that another refers to (shards, data files) come after it, as its parts. */
export function inputsOf(files: InputFiles): readonly Input[] {
  return Object.entries(files).flatMap(([role, file]) => [
    { role, file },
    ...(file.parts ?? []).map((part) => ({ role: `${role}.part`, file: part })),
  ]);
}
