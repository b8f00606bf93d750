import { type FileHandle, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type DataLayout, layOutData } from './data-layout.ts';
import { encodeWith, inlineProto } from './encode.ts';
import { externalProto } from './external/external-proto.ts';
import type { OnnxModel } from './model.ts';
import { modelPieces, type Piece, sizeOf, totalSize } from './pieces.ts';
import { tensorSlabs } from './tensor.ts';

export type WrittenFile = { readonly path: string; readonly name: string; readonly bytes: number };

export type WriteOptions = {
  /** All large weights into one file beside the model, `<name>_data`, even if the model would hold them. */
  readonly external?: boolean;
};

/** A protobuf message has less than 2 GiB. */
const mostBytes = 2 ** 31 - 1;

/**
 * Writes the model; the caller stages the files, so that nobody sees half of them. A model too large for protobuf gets
 * external data, as ModelOpt's do. Weights go to the disk in slabs, from wherever they are.
 * Resolves to the files, the model first. Errors: EEXIST if one of them is there already.
 */
export async function writeOnnxModel(
  path: string,
  model: OnnxModel,
  { external = false }: WriteOptions = {},
): Promise<readonly WrittenFile[]> {
  const inside = modelPieces(model);
  if (!external && totalSize(inside) <= mostBytes) return [await writePieces(path, placed(inside))];
  const layout = layOutData(model.graph.initializers);
  const location = `${basename(path)}_data`;
  const data = [...layout.offsets].map(([piece, offset]) => ({ piece, offset }));
  return [
    await writePieces(path, placed([encodeReferring(model, layout, location)])),
    await writePieces(join(dirname(path), location), data),
  ];
}

function encodeReferring(model: OnnxModel, { offsets }: DataLayout, location: string): Uint8Array {
  return encodeWith(model, (tensor) => {
    const offset = offsets.get(tensor);
    return offset === undefined ? inlineProto(tensor) : externalProto(tensor, { location, offset });
  });
}

type Placed = { readonly piece: Piece; readonly offset: number };

function placed(pieces: readonly Piece[]): readonly Placed[] {
  let offset = 0;
  return pieces.map((piece) => {
    const at = offset;
    offset += sizeOf(piece);
    return { piece, offset: at };
  });
}

async function writePieces(path: string, pieces: readonly Placed[]): Promise<WrittenFile> {
  const file = await open(path, 'wx');
  try {
    let bytes = 0;
    for (const { piece, offset } of pieces) {
      await writePiece(file, piece, offset);
      bytes = offset + sizeOf(piece);
    }
    await file.close();
    return { path, name: basename(path), bytes };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

const slabBytes = 1 << 24;

async function writePiece(file: FileHandle, piece: Piece, offset: number): Promise<void> {
  let at = offset;
  for (const slab of piece instanceof Uint8Array ? [piece] : tensorSlabs(piece, slabBytes)) {
    for (let done = 0; done < slab.length; ) {
      const { bytesWritten } = await file.write(slab, done, slab.length - done, at + done);
      done += bytesWritten;
    }
    at += slab.length;
  }
}
