import { access, constants, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { InputFile, InputFiles } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { withShards } from '#engine/formats/checkpoint/with-shards.ts';
import { sniffFormat } from '#engine/formats/sniff.ts';
import { modelInFolder } from './model-in-folder.ts';
import { withPreprocess } from './preprocess-option.ts';
import type { QuantizationOptions } from './quantization-options.ts';

/** The files named on the command line; one that is not there is refused before anything is read. */
export async function inputFiles(model: string, options: QuantizationOptions): Promise<InputFiles> {
  const [named, graph, calibration, evaluation] = await Promise.all([
    modelFile(model),
    optionalGraph(options.graph),
    optionalData(options.calibration),
    optionalData(options.evaluation),
  ]);
  return {
    model: named,
    ...(graph ? { graph } : {}),
    ...(await withPreprocess(
      { ...(calibration ? { calibration } : {}), ...(evaluation ? { evaluation } : {}) },
      options,
    )),
  };
}

/**
 * A model as it is named on the command line: a file, the index of several, a graph with its weights in files beside
 * it, or a folder with one of these.
 * Errors: those of `inputFile`, for the other files too; of reading what names them; NOT_A_MODEL for a folder without one model.
 */
export async function modelFile(path: string): Promise<InputFile> {
  const model = await withParts(await inputFile((await isFolder(path)) ? await modelInFolder(path) : path));
  await Promise.all((model.parts ?? []).map((part) => inputFile(part.path)));
  return model;
}

/** A file with those that it refers to by their names, so that they are digested and watched like it. */
async function withParts(file: InputFile): Promise<InputFile> {
  if ((await sniffFormat(file.path, file.name)) !== 'onnx') return withShards(file);
  // Loaded for graphs alone.
  return (await import('#engine/formats/onnx/read.ts')).withDataFiles(file);
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

async function optionalGraph(path: string | undefined): Promise<InputFile | undefined> {
  return path === undefined ? undefined : withParts(await inputFile(path));
}

async function optionalFile(path: string | undefined): Promise<InputFile | undefined> {
  return path === undefined ? undefined : inputFile(path);
}

/** A file of arrays, an archive of images, or a folder of images. */
async function optionalData(path: string | undefined): Promise<InputFile | undefined> {
  if (path === undefined || !(await isFolder(path))) return optionalFile(path);
  await access(path, constants.R_OK | constants.X_OK).catch((cause) => {
    throw new InputError('NOT_A_DATASET', `${path} may not be read by this user`, {
      remedy: 'Change its permissions.',
      cause,
    });
  });
  return { path, name: basename(resolve(path)) };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
