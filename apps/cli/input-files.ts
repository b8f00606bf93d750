import { access, constants, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { InputFile, InputFiles } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { QuantizationOptions } from './quantization-options.ts';

/** The files named on the command line; one that is not there is refused before anything is read. */
export async function inputFiles(model: string, options: QuantizationOptions): Promise<InputFiles> {
  const [modelFile, graph, calibration, evaluation] = await Promise.all([
    inputFile(model),
    optionalFile(options.graph),
    optionalFile(options.calibration),
    optionalFile(options.evaluation),
  ]);
  return {
    model: modelFile,
    ...(graph ? { graph } : {}),
    ...(calibration ? { calibration } : {}),
    ...(evaluation ? { evaluation } : {}),
  };
}

/** Errors: an `InputError` if there is no such file, it is a folder or a device, or it may not be read. */
export async function inputFile(path: string): Promise<InputFile> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new InputError('NOT_A_MODEL', `There is no file ${path}`, { remedy: 'Check the path.' });
  if (!found.isFile()) throw new InputError('NOT_A_MODEL', `${path} is not a file`, { remedy: 'Name one file.' });
  await access(path, constants.R_OK).catch((cause) => {
    throw new InputError('NOT_A_MODEL', `${path} may not be read by this user`, {
      remedy: 'Change its permissions, or copy it.',
      cause,
    });
  });
  return { path, name: basename(path) };
}

async function optionalFile(path: string | undefined): Promise<InputFile | undefined> {
  return path === undefined ? undefined : inputFile(path);
}
