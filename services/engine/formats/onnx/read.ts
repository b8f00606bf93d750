import { readFile, stat } from 'node:fs/promises';
import { InputError } from '#contract/failure.ts';
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
  const { size } = await stat(path);
  if (size > maxModelBytes) {
    throw new InputError('LIMIT_EXCEEDED', `${name} has ${size} bytes; an ONNX file holds at most ${maxModelBytes}.`);
  }
  return parseOnnxModel(await readFile(path), name);
}

/** The same for bytes that are in memory already. */
export function parseOnnxModel(bytes: Uint8Array, name: string): OnnxModel {
  refuseOtherFormats(bytes, name);
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
    throw new InputError('NOT_A_MODEL', `${name} is not an ONNX model, or is cut off: ${reason}.`, { cause });
  }
}

/** Formats that people take for ONNX, by their first bytes. */
const otherFormats = [
  {
    magic: [0x50, 0x4b, 0x03, 0x04],
    code: 'WRONG_BACKEND',
    what: 'a .pth checkpoint',
    remedy: 'Use the torchao or the modelopt.pytorch backend for it, or export the network to ONNX first.',
  },
  {
    magic: [0x80, 0x02],
    code: 'WRONG_BACKEND',
    what: 'a .pth checkpoint of the old format',
    remedy: 'Save it with a current torch.save, then use torchao or modelopt.pytorch.',
  },
  {
    magic: [...Buffer.from('version https://git-lfs')],
    code: 'NOT_A_MODEL',
    what: 'a Git LFS pointer',
    remedy: 'Run git lfs pull to get the file itself.',
  },
  { magic: [...Buffer.from('<')], code: 'NOT_A_MODEL', what: 'a web page', remedy: 'Download the file itself.' },
] as const;

function refuseOtherFormats(bytes: Uint8Array, name: string): void {
  if (bytes.length === 0) throw new InputError('NOT_A_MODEL', `${name} is empty.`);
  for (const { magic, code, what, remedy } of otherFormats) {
    if (magic.every((byte, index) => bytes[index] === byte)) {
      throw new InputError(code, `${name} is ${what}, not an ONNX model.`, { remedy });
    }
  }
}
