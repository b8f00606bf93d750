import type { Checkpoint } from './checkpoint.ts';

/** The model's files without the storages that stand beside its weights; names, directories and other small things count. */
export function bytesOfWeights({ bytes, beside }: Checkpoint): number {
  return bytes - (beside?.bytes ?? 0);
}
