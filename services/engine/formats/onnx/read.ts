import { realpath } from 'node:fs/promises';
import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { type ByteSource, openByteSource } from '../byte-source.ts';
import { sniffSource } from '../sniff.ts';
import { knownMistake, otherFormat } from '../wrong-file.ts';
import { checkModel } from './check/check-model.ts';
import { decodeModel } from './decode.ts';
import { attachData, dataLocations } from './external/attach.ts';
import { findDataFiles } from './external/data-files.ts';
import type { OnnxModel, OnnxTensor } from './model.ts';
import { type ByteRange, readOutline } from './outline.ts';
import { sortNodes } from './sort-nodes.ts';
import { fileSource } from './tensor-source.ts';
import { undecodable } from './undecodable.ts';

/** Protobuf itself ends at 2 GiB; larger networks keep their weights in a file of their own. */
const maxModelBytes = 2 ** 31 - 1;

/**
 * Reads an ONNX model and checks everything that later steps rely on, before any runtime sees it. Large weights stay
 * where they are, in this file or in those that belong to it (`file.parts`, or else beside it), and are read when asked for.
 * Errors: NOT_A_MODEL, CORRUPT_FILE, UNSAFE_FILE, LIMIT_EXCEEDED, UNSUPPORTED; WRONG_BACKEND for a .pth.
 */
export async function readOnnxModel(file: InputFile): Promise<OnnxModel> {
  const model = await attachData(await decodeFile(file), file);
  const sorted = sortNodes(model, file.name);
  checkModel(sorted, file.name);
  return sorted;
}

/** The same for bytes that are in memory already, and are not of another format. */
export function parseOnnxModel(bytes: Uint8Array, name: string): OnnxModel {
  const model = sortNodes(decode(bytes, name), name);
  checkModel(model, name);
  return model;
}

/** A model with the files that hold its weights as its parts. Errors: as `readOnnxModel`. */
export async function withDataFiles(file: InputFile): Promise<InputFile> {
  const locations = dataLocations(await decodeFile(file), file.name);
  if (locations.length === 0) return file;
  const found = await findDataFiles(file, new Set(locations));
  // What was given keeps the digest that came with it.
  const given = new Map((file.parts ?? []).map((part) => [part.name, part]));
  return { ...file, parts: [...found.values()].map(({ path, name }) => given.get(name) ?? { path, name }) };
}

async function decodeFile({ path, name }: InputFile): Promise<OnnxModel> {
  const source = await openByteSource(path, name);
  try {
    await refuseOthers(source);
    const { bytes, left } = await readOutline(source);
    const model = decode(bytes, name);
    if (left.size === 0) return model;
    // What `path` links to may change; the file that was read may not.
    return withRanges(model, left, { path: await realpath(path), name });
  } finally {
    await source.close();
  }
}

/** Binds the initializers whose data the outline has left in the file. */
function withRanges(
  model: OnnxModel,
  left: ReadonlyMap<number, ByteRange>,
  file: { path: string; name: string },
): OnnxModel {
  const initializers = model.graph.initializers.map((tensor, index) => {
    const range = left.get(index);
    return range ? bindRange(tensor, range, file) : tensor;
  });
  return { ...model, graph: { ...model.graph, initializers } };
}

function bindRange(
  tensor: OnnxTensor,
  { offset, length }: ByteRange,
  file: { path: string; name: string },
): OnnxTensor {
  return { ...tensor, source: fileSource({ ...file, offset }, length) };
}

function decode(bytes: Uint8Array, name: string): OnnxModel {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw undecodable(bytes, name, cause);
  }
}

/** Bytes that look like nothing may still be protobuf of an unusual order: the decoder decides. */
async function refuseOthers(source: ByteSource): Promise<void> {
  const format = await sniffSource(source);
  const refusal =
    format === 'onnx'
      ? null
      : format === 'unknown'
        ? await knownMistake(source, 'onnx')
        : otherFormat(source, format, 'onnx');
  if (refusal) throw refusal;
  if (source.size <= maxModelBytes) return;
  throw new InputError(
    'LIMIT_EXCEEDED',
    `${source.name} has ${source.size} bytes; an ONNX file holds at most ${maxModelBytes}.`,
  );
}
