import { readFile, stat } from 'node:fs/promises';
import type { InputFile, InputFiles } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { PreprocessWishes } from '#contract/preprocess.ts';
import { holdsImages } from '#engine/formats/images/holds-images.ts';
import { limits } from '#engine/formats/limits.ts';
import type { QuantizationOptions } from './quantization-options.ts';

type Data = Pick<InputFiles, 'calibration' | 'evaluation'>;

/** Lays `--preprocess` beside the images that it is for. Errors: RECIPE_INVALID, also if nothing given holds images. */
export async function withPreprocess(data: Data, { preprocess }: QuantizationOptions): Promise<Data> {
  if (preprocess === undefined) return data;
  const wishes = await wishesOf(preprocess);
  const laid: [string, InputFile][] = [];
  for (const [role, file] of Object.entries(data))
    laid.push([role, (await holdsImages(file)) ? { ...file, preprocess: wishes } : file]);
  if (laid.some(([, file]) => file.preprocess)) return Object.fromEntries(laid);
  const given = laid.map(([, { name }]) => name).join(' and ') || 'no data';
  throw new InputError('RECIPE_INVALID', `--preprocess says what becomes of images, and ${given} is given`, {
    remedy: 'Leave it out, or give a folder or an archive of images as --calibration or --evaluation.',
  });
}

/** A file, or `key=value,…` with YAML as values. YAML is read by a large package, which most runs do without. */
async function wishesOf(option: string): Promise<PreprocessWishes> {
  const { parsePreprocess } = await import('#engine/formats/images/parse-preprocess.ts');
  const file = await stat(option).catch(() => null);
  if (file?.isFile()) {
    if (file.size <= limits.preprocessBytes) return parsePreprocess(await readFile(option), option);
    throw new InputError(
      'RECIPE_INVALID',
      `${option} has ${file.size} bytes; at most ${limits.preprocessBytes} are read`,
    );
  }
  const pairs = option.split(/,(?![^[]*\])/).map((pair) => /^\s*(\w+)\s*=(.*)$/s.exec(pair));
  if (pairs.every((pair) => pair !== null)) {
    return parsePreprocess(pairs.map(([, key, value]) => `${key}: ${value}`).join('\n'), '--preprocess');
  }
  throw new InputError('RECIPE_INVALID', `--preprocess ${option} is neither a file nor of the form key=value,…`, {
    remedy: 'Write for example --preprocess resize=256,crop=224.',
  });
}
