import type { WeightSource } from '#engine/companion/weights/weight-source.ts';
import { openByteSource } from '#engine/formats/byte-source.ts';
import type { TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { storageBytes } from '#engine/formats/storage-bytes.ts';
import { dequantize } from './dequantize.ts';
import type { LaidOut } from './lay-out.ts';

/** The quantized weights of a file that has been written, each read back from it and dequantized, by their names in the checkpoint. */
export function dequantizedWeights(
  path: string,
  { placed, quantized }: Pick<LaidOut, 'placed' | 'quantized'>,
): WeightSource {
  return {
    has: (name) => quantized.has(name),
    async read(name) {
      const weight = quantized.get(name);
      if (!weight) throw new Error(`${name} is none of the ${quantized.size} quantized weights`);
      const file = await openByteSource(path, path);
      const bytesOf = (storage: TensorStorage) => file.read(placed.places.get(storage) ?? 0, storageBytes(storage));
      try {
        return dequantize(weight, { qdata: await bytesOf(weight.qdata), scale: await bytesOf(weight.scale) });
      } finally {
        await file.close();
      }
    },
  };
}
