import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '#contract/failure.ts';

/** What stands for the model in a folder, the first kind that is there: where a model is kept twice, as transformers chooses. */
const kinds: readonly { readonly what: string; readonly name: RegExp }[] = [
  { what: 'indexes of safetensors', name: /\.safetensors\.index\.json$/i },
  { what: 'indexes', name: /\.index\.json$/i },
  { what: 'safetensors files', name: /\.safetensors$/i },
  { what: 'checkpoints', name: /\.(pth|pt|ckpt|bin)$/i },
  { what: 'ONNX models', name: /\.onnx$/i },
];

/**
 * The model in a folder: its one index, or else its one file of weights.
 * Errors: NOT_A_MODEL if there is none, or more than one of a kind.
 */
export async function modelInFolder(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  for (const { what, name } of kinds) {
    const [first, ...more] = names.filter((candidate) => name.test(candidate));
    if (first === undefined) continue;
    if (more.length === 0) return join(folder, first);
    throw new InputError('NOT_A_MODEL', `${folder} holds ${more.length + 1} ${what}: ${some([first, ...more])}`, {
      remedy: 'Name one of them. A model in several files needs the index that came with it.',
    });
  }
  throw new InputError('NOT_A_MODEL', `${folder} is a folder without a model in it`, {
    remedy: 'Name a .pth, .onnx or .safetensors file, or a folder with one model or its index.',
  });
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and others` : names.join(', ');
}
