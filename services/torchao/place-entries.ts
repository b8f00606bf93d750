import type { TorchaoSettings } from '#contract/recipe/torchao-request.ts';
import type { PlacedFile } from '#engine/formats/placed-file.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { type KeptRest, restWith } from '#engine/formats/pth/keep-rest.ts';
import { placeCheckpoint } from '#engine/formats/pth/place-checkpoint.ts';
import { placeSafetensors } from '#engine/formats/safetensors/place-safetensors.ts';
import type { CopyJob } from '#engine/transfer/jobs.ts';
import type { Entry } from './entry.ts';
import { flatTensors } from './flat-tensors.ts';
import { stateDict } from './state-dict.ts';

export type PlacedEntries = {
  readonly placed: PlacedFile;
  /** The tensors beside the state dict. */
  readonly copies: readonly CopyJob[];
};

type Where = {
  readonly checkpoint: Checkpoint;
  /** What the names of modules lose in front. */
  readonly prefix: string;
  /** Of the file, without its extension. */
  readonly archiveName: string;
} & Pick<TorchaoSettings, 'outputFormat' | 'restOfCheckpoint'>;

/** The file that holds the entries, in the format and with the surroundings that are asked for. Errors: those of `restWith`. */
export function placeEntries(entries: readonly Entry[], where: Where): PlacedEntries {
  const { checkpoint, prefix, archiveName } = where;
  if (where.outputFormat === 'safetensors') {
    const { tensors, metadata } = flatTensors(entries);
    return { placed: placeSafetensors(tensors, metadata), copies: [] };
  }
  const value = stateDict(entries, checkpoint.modules, prefix);
  if (where.restOfCheckpoint === 'drop') return { placed: placeCheckpoint(value, archiveName), copies: [] };
  const kept = restWith(checkpoint, value);
  return { placed: placeCheckpoint(kept.value, archiveName), copies: kept.copies.map(copyOfRest) };
}

function copyOfRest({ storage, extent }: KeptRest['copies'][number]): CopyJob {
  const read = async () => (await storage.bytes?.()) ?? new Uint8Array(0);
  const source = extent ? ({ kind: 'file', extent } as const) : ({ kind: 'memory', read } as const);
  return { kind: 'copy', name: 'the rest of the checkpoint', source, to: storage };
}
