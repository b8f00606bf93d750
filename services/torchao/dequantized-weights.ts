import { openByteSource } from '#engine/formats/byte-source.ts';
import type { TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { storageBytes } from '#engine/formats/storage-bytes.ts';
import { dequantize } from './dequantize.ts';
import type { LaidOut } from './lay-out.ts';

/** The quantized weights of a file that has been written, read back from it and dequantized, by their names in the checkpoint. */
export async function dequantizedWeights(
  path: string,
  { placed, quantized }: Pick<LaidOut, 'placed' | 'quantized'>,
): Promise<ReadonlyMap<string, Float32Array>> {
  const file = await openByteSource(path, path);
  const read = (storage: TensorStorage) => file.read(placed.places.get(storage) ?? 0, storageBytes(storage));
  try {
    const weights = new Map<string, Float32Array>();
    for (const [name, weight] of quantized) {
      weights.set(name, dequantize(weight, { qdata: await read(weight.qdata), scale: await read(weight.scale) }));
    }
    return weights;
  } finally {
    await file.close();
  }
}
