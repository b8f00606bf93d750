import type { WeightRequest } from '#contract/recipe/torchao-request.ts';
import type { PlacedFile } from '#engine/formats/placed-file.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import type { Job } from '#engine/transfer/jobs.ts';
import { copiedTensors } from './copied-tensors.ts';
import type { Entry } from './entry.ts';
import type { JudgedCheckpoint } from './judge-checkpoint.ts';
import { archiveName } from './output-name.ts';
import { placeEntries } from './place-entries.ts';
import type { QuantizedWeight } from './quantized-weight.ts';
import { quantizingWeight } from './quantizing-weight.ts';

/** The result before any weight is read: every byte has its place, and every tensor the work that fills it. */
export type LaidOut = {
  readonly placed: PlacedFile;
  readonly jobs: readonly Job[];
  /** By the name of the tensor in the checkpoint. */
  readonly quantized: ReadonlyMap<string, QuantizedWeight>;
};

export function layOut(checkpoint: Checkpoint, { settings, prefix, layers }: JudgedCheckpoint): LaidOut {
  const requests = new Map<CheckpointTensor, WeightRequest>();
  for (const { layer, request } of layers) if (layer.weight && request) requests.set(layer.weight, request);
  const jobs: Job[] = [];
  const quantized = new Map<string, QuantizedWeight>();
  const copy = copiedTensors(checkpoint, {
    ties: settings.outputFormat === 'pth' ? 'shared' : 'separate',
    onJob: (job) => void jobs.push(job),
  });
  const entries = checkpoint.tensors.map((tensor): Entry => {
    const name = tensor.name.slice(prefix.length);
    const request = requests.get(tensor);
    if (!request) return { kind: 'plain', name, tensor: copy(tensor) };
    const made = quantizingWeight(checkpoint, tensor, { request, compat: settings.compat });
    for (const job of made.jobs) jobs.push(job);
    quantized.set(tensor.name, made.weight);
    return { kind: 'quantized', name, weight: made.weight };
  });
  const { placed, copies } = placeEntries(entries, { checkpoint, prefix, archiveName, ...settings });
  for (const job of copies) jobs.push(job);
  return { placed, quantized, jobs };
}
