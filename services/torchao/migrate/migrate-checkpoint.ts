import { availableParallelism } from 'node:os';
import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { withCheckpoint } from '#engine/formats/checkpoint/with-checkpoint.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import type { Job } from '#engine/transfer/jobs.ts';
import { copiedTensors } from '../copied-tensors.ts';
import type { Entry } from '../entry.ts';
import { placeEntries } from '../place-entries.ts';
import { writeLaidOut } from '../write-laid-out.ts';
import { type MigratedWeight, migratedWeight } from './migrated-weight.ts';
import { oldWeights, ownerOf } from './old-weight.ts';

export type Migration = {
  readonly model: InputFile;
  /** The new .pth; a file there is replaced. */
  readonly path: string;
  /** Of the new file: its name without the extension. */
  readonly archiveName: string;
  readonly signal: AbortSignal;
  onProgress(fraction: number): void;
};

export type Migrated = {
  /** Quantized weights that changed their class or the dtype of their scales, and those that were as 0.18 has them. */
  readonly tensors: { readonly migrated: number; readonly current: number; readonly plain: number };
  readonly bytesBefore: number;
  readonly bytesAfter: number;
};

/**
 * Writes a checkpoint of torchao 0.13 to 0.17 in the classes of 0.18, which cannot read what it was; `dequantize()`
 * gives the same values. What stands beside the weights is kept.
 * Errors: those of opening the file; UNSUPPORTED if nothing is quantized or something has no counterpart.
 */
export async function migrateCheckpoint({ model, path, archiveName, ...watch }: Migration): Promise<Migrated> {
  return withCheckpoint(model, async (checkpoint) => {
    if (checkpoint.quantized.size === 0)
      throw new InputError('UNSUPPORTED', `${model.name} holds no tensor that torchao quantized: nothing to migrate`, {
        remedy: 'Quantize a float checkpoint with `zeropoint quantize --backend torchao`.',
      });
    const olds = oldWeights(checkpoint);
    const weights = new Map<string, MigratedWeight>();
    for (const old of olds) weights.set(old.name, await migratedWeight(checkpoint, old));
    const jobs: Job[] = [];
    const entries = migratedEntries(checkpoint, { weights, jobs });
    const { placed, copies } = placeEntries(entries, {
      checkpoint,
      prefix: '',
      archiveName,
      outputFormat: 'pth',
      restOfCheckpoint: checkpoint.rest ? 'keep' : 'drop',
    });
    const threads = availableParallelism();
    await writeLaidOut(path, { placed, jobs: [...jobs, ...copies] }, { ...watch, threads });
    const migrated = olds.filter(
      (old) => old.class === 'AffineQuantizedTensor' || old.scale.dtype !== 'float32',
    ).length;
    const plain = entries.length - olds.length;
    return {
      tensors: { migrated, current: olds.length - migrated, plain },
      bytesBefore: checkpoint.bytes,
      bytesAfter: placed.bytes,
    };
  });
}

type Gathered = { readonly weights: ReadonlyMap<string, MigratedWeight>; readonly jobs: Job[] };

/** In the order of the state dict: a quantized weight stands where the first of its parts does. */
function migratedEntries(checkpoint: Checkpoint, { weights, jobs }: Gathered): readonly Entry[] {
  const copy = copiedTensors(checkpoint, { ties: 'shared', onJob: (job) => void jobs.push(job) });
  const done = new Set<string>();
  return checkpoint.tensors.flatMap((tensor): Entry[] => {
    const owner = ownerOf(tensor.name, checkpoint.quantized);
    if (owner === null) return [{ kind: 'plain', name: tensor.name, tensor: copy(tensor) }];
    const made = weights.get(owner);
    if (done.has(owner) || !made) return [];
    done.add(owner);
    jobs.push(...made.jobs);
    return [{ kind: 'quantized', name: owner, weight: made.weight }];
  });
}
