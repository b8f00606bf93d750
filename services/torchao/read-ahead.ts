import { dtypes } from '#engine/formats/dtype.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';

type Read = (tensor: CheckpointTensor) => Promise<Uint8Array<ArrayBuffer>>;

/** The next tensor is read while one is worked on, unless it alone would take more than this. */
const largestAhead = 256 * 1024 * 1024;

/** `checkpoint.read` for a reader that goes through the tensors in their order: at most two are in memory. */
export function readAhead(checkpoint: Checkpoint): Read {
  const following = new Map(checkpoint.tensors.map((tensor, i) => [tensor, checkpoint.tensors[i + 1]]));
  let ahead: { readonly tensor: CheckpointTensor; readonly bytes: Promise<Uint8Array<ArrayBuffer>> } | null = null;
  return async (tensor) => {
    const bytes = await (ahead?.tensor === tensor ? ahead.bytes : checkpoint.read(tensor));
    const next = following.get(tensor);
    ahead = next && byteLength(next) <= largestAhead ? { tensor: next, bytes: checkpoint.read(next) } : null;
    // Whoever asks for it sees the error; nobody may ask.
    ahead?.bytes.catch(() => undefined);
    return bytes;
  };
}

function byteLength({ shape, dtype }: CheckpointTensor): number {
  return elementCount(shape) * dtypes[dtype].bytes;
}
