import type { InspectedTensor } from '#contract/inspection.ts';
import { wholeName } from '#engine/formats/checkpoint/whole-name.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { viewKey } from '#engine/formats/pth/view-key.ts';
import { denseBytes } from '#engine/formats/storage-bytes.ts';

export type ListedTensors = {
  readonly tensors: readonly InspectedTensor[];
  /** Names of tensors that are an earlier one under another name: tied weights. */
  readonly twins: ReadonlySet<string>;
};

/** The tensors as the state dict names them: one in several parts (quantized, sparse) stands once, with the bytes of all. */
export function listTensors(checkpoint: Checkpoint): ListedTensors {
  const shown: InspectedTensor[] = [];
  /** Of tensors in several parts: most files have none. */
  const places = new Map<string, number>();
  const storages = sharedStorages(checkpoint);
  const views = new Set<string>();
  const twins = new Set<string>();
  for (const tensor of checkpoint.tensors) {
    const name = wholeName(tensor.name, checkpoint);
    const { dtype, shape } = checkpoint.quantized.get(name) ?? checkpoint.composed.get(name) ?? tensor;
    const place = places.get(name) ?? shown.length;
    const before = shown[place];
    const storage = before?.storage ?? (storages.has(tensor.storageKey) ? tensor.storageKey : undefined);
    const bytes = denseBytes(tensor) + (before?.bytes ?? 0);
    const shares = storage !== undefined && bytes > 0;
    shown[place] = shares ? { name, dtype, shape, bytes, storage } : { name, dtype, shape, bytes };
    if (name !== tensor.name) places.set(name, place);
    if (storages.has(tensor.storageKey)) {
      const view = viewKey(tensor);
      if (views.has(view)) twins.add(name);
      views.add(view);
    }
  }
  return { tensors: shown, twins };
}

/** The storages that more than one tensor of the state dict looks into. */
function sharedStorages(checkpoint: Checkpoint): ReadonlySet<string> {
  const first = new Map<string, string>();
  const shared = new Set<string>();
  for (const tensor of checkpoint.tensors) {
    if (denseBytes(tensor) === 0) continue;
    const name = wholeName(tensor.name, checkpoint);
    const other = first.get(tensor.storageKey);
    if (other === undefined) first.set(tensor.storageKey, name);
    else if (other !== name) shared.add(tensor.storageKey);
  }
  return shared;
}
