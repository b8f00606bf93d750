import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

export type LargeCheckpoint = {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** One row of a layer's weight, as it is in the file. */
  row(layer: number, row: number): Float32Array<ArrayBuffer>;
};

export type CheckpointShape = { readonly layers: number; readonly rows: number; readonly cols: number };

/** 2^20 numbers that every layer begins somewhere else in. */
const patternLength = 2 ** 20;

/**
 * Writes a .safetensors of Linear layers `layers.<n>.weight` in float32, as fast as the disk takes it. `rows * cols` is
 * a multiple of 2^20.
 */
export async function writeLargeCheckpoint(
  path: string,
  { layers, rows, cols }: CheckpointShape,
): Promise<LargeCheckpoint> {
  const layerBytes = rows * cols * 4;
  const pattern = randomNumbers(patternLength);
  const startOf = (layer: number) => (layer * 7919) % patternLength;
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx');
  try {
    const add = async (piece: Uint8Array) => {
      hash.update(piece);
      await file.write(piece);
      bytes += piece.length;
    };
    await add(headerOf({ layers, rows, cols }, layerBytes));
    for (let layer = 0; layer < layers; layer++) {
      const turned = new Float32Array(patternLength);
      turned.set(pattern.subarray(startOf(layer)));
      turned.set(pattern.subarray(0, startOf(layer)), patternLength - startOf(layer));
      for (let done = 0; done < layerBytes; done += turned.byteLength) await add(new Uint8Array(turned.buffer));
    }
  } finally {
    await file.close();
  }
  return {
    path,
    bytes,
    sha256: hash.digest('hex'),
    row: (layer, row) =>
      Float32Array.from(
        { length: cols },
        (_, col) => pattern[(startOf(layer) + row * cols + col) % patternLength] ?? 0,
      ),
  };
}

function headerOf({ layers, rows, cols }: CheckpointShape, layerBytes: number): Uint8Array {
  const entries = Array.from({ length: layers }, (_, layer) => [
    `layers.${layer}.weight`,
    { dtype: 'F32', shape: [rows, cols], data_offsets: [layer * layerBytes, (layer + 1) * layerBytes] },
  ]);
  const json = JSON.stringify(Object.fromEntries(entries));
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

/** Between -0.05 and 0.05, the same every time. */
function randomNumbers(count: number): Float32Array<ArrayBuffer> {
  const numbers = new Float32Array(count);
  let state = 0x9e3779b9;
  for (let index = 0; index < count; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    numbers[index] = (state / 2 ** 31) * 0.05;
  }
  return numbers;
}
