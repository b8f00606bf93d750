import { InputError } from '#contract/failure.ts';
import { type ByteSource, openByteSource } from '../byte-source.ts';
import { sniffSource } from '../sniff.ts';
import { knownMistake, otherFormat } from '../wrong-file.ts';
import { checkModel } from './check/check-model.ts';
import { decodeModel } from './decode.ts';
import type { OnnxModel } from './model.ts';
import { sortNodes } from './sort-nodes.ts';

/** Protobuf itself ends at 2 GiB; larger networks keep their weights in a file of their own. */
const maxModelBytes = 2 ** 31 - 1;

/**
 * Reads an ONNX model and checks everything that later steps rely on, before any runtime sees it.
 * `name` is what the user calls the file. The whole file is in memory afterwards; tensors are views into it.
 * Errors: NOT_A_MODEL, CORRUPT_FILE, UNSAFE_FILE, LIMIT_EXCEEDED, UNSUPPORTED; WRONG_BACKEND for a .pth.
 */
export async function readOnnxModel(path: string, name: string): Promise<OnnxModel> {
  const source = await openByteSource(path, name);
  try {
    await refuseOthers(source);
    return parseOnnxModel(await source.read(0, source.size), name);
  } finally {
    await source.close();
  }
}

/** The same for bytes that are in memory already, and are not of another format. */
export function parseOnnxModel(bytes: Uint8Array, name: string): OnnxModel {
  const model = sortNodes(decode(bytes, name), name);
  checkModel(model, name);
  return model;
}

function decode(bytes: Uint8Array, name: string): OnnxModel {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(
      'NOT_A_MODEL',
      `${name} (${bytes.length} bytes) is not an ONNX model, or is cut off: ${reason}.`,
      { remedy: 'Export the network with torch.onnx.export, or copy the file again.', cause },
    );
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
