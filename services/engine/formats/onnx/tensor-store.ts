import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stepOf } from './data-layout.ts';
import { withoutData } from './external/external-proto.ts';
import type { OnnxTensor } from './model.ts';
import { tensorLength, tensorSlabs } from './tensor.ts';
import { fileSource } from './tensor-source.ts';

/** Where tensors are put that were made, so that memory need not hold them. */
export type TensorStore = {
  /** The same tensor, with its bytes in the store from now on. One at a time. */
  put(tensor: OnnxTensor): Promise<OnnxTensor>;
};

/**
 * A file in `folder` for as long as `use` runs, in which a runtime can map every tensor. There is none until a tensor is
 * large enough to be put there, and none afterwards, whatever happens in between.
 */
export async function withTensorStore<T>(folder: string, use: (store: TensorStore) => Promise<T>): Promise<T> {
  const path = join(folder, `.weights-${randomUUID()}`);
  let file: FileHandle | null = null;
  let end = 0;
  const put = async (tensor: OnnxTensor): Promise<OnnxTensor> => {
    const length = tensorLength(tensor);
    if (length < leastStored) return tensor;
    file ??= await open(path, 'wx');
    const step = stepOf(length);
    const offset = Math.ceil(end / step) * step;
    end = offset + length;
    await write(file, tensor, offset);
    const source = fileSource({ path, name: 'a file of weights', offset }, length);
    return { ...tensor, proto: withoutData(tensor.proto), source };
  };
  try {
    return await use({ put });
  } finally {
    await (file as FileHandle | null)?.close();
    await rm(path, { force: true });
  }
}

/** What is smaller costs more as a mapping than as bytes. */
const leastStored = 1 << 16;
const slabBytes = 1 << 22;

async function write(file: FileHandle, tensor: OnnxTensor, offset: number): Promise<void> {
  let at = offset;
  for (const slab of tensorSlabs(tensor, slabBytes)) {
    for (let done = 0; done < slab.length; ) {
      const { bytesWritten } = await file.write(slab, done, slab.length - done, at + done);
      done += bytesWritten;
    }
    at += slab.length;
  }
}
