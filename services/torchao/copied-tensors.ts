import { elementCount } from '#engine/formats/element-count.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { tensor } from '#engine/formats/pth/pickle/build.ts';
import type { PyTensor, TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { viewKey } from '#engine/formats/pth/view-key.ts';
import type { CopyJob, Source } from '#engine/transfer/jobs.ts';

type Copying = {
  /**
   * `shared`: tensors that show the same elements in the same order have one storage in the result too, so that tied
   * weights stay tied. `separate`: each has its own, as safetensors wants it.
   */
  readonly ties: 'shared' | 'separate';
  /** Called once for each storage, with the work of filling it. */
  onJob(job: CopyJob): void;
};

/** Tensors that go into another file unchanged. */
export function copiedTensors(
  checkpoint: Checkpoint,
  { ties, onJob }: Copying,
): (tensor: CheckpointTensor) => PyTensor {
  const storages = new Map<string, TensorStorage>();
  return (copied) => {
    const key = ties === 'shared' ? viewKey(copied) : copied.name;
    const known = storages.get(key);
    if (known) return tensor(copied.shape, known);
    const storage = { dtype: copied.dtype, length: elementCount(copied.shape) };
    storages.set(key, storage);
    onJob({ kind: 'copy', name: copied.name, source: sourceOf(checkpoint, copied), to: storage });
    return tensor(copied.shape, storage);
  };
}

/** Where the elements of a tensor come from: a stretch of a file, or memory where they have to be gathered or swapped first. */
export function sourceOf(checkpoint: Checkpoint, tensor: CheckpointTensor): Source {
  const extent = checkpoint.locate(tensor);
  return extent ? { kind: 'file', extent } : { kind: 'memory', read: () => checkpoint.read(tensor) };
}
