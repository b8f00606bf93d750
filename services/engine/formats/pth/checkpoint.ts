import type { Dtype } from '../dtype.ts';
import type { PickleValue } from './pickle/value.ts';

/** A .pth as data: the tensors of its state dict and what else the pickle says. Opened with `openCheckpoint` (open.ts). */
export type Checkpoint = {
  readonly container: 'zip';
  readonly producer: string | null;
  /** The keys that lead from the pickle's root to the state dict: [] for a bare one, [`state_dict`] for Lightning. */
  readonly wrapper: readonly string[];
  /** In the order of the state dict. */
  readonly tensors: readonly CheckpointTensor[];
  /** `_metadata` of the state dict: every module's path ('' is the root) and version. It names all modules, not their classes. */
  readonly modules: ReadonlyMap<string, number>;
  /** `module name` of pickle globals that are not on the allow-list, met outside the tensors and read as inert data. */
  readonly unknownGlobals: readonly string[];
  readonly bytes: number;
  /** The elements in row-major order, little-endian, whatever strides and byte order the file has. */
  read(tensor: CheckpointTensor): Promise<Uint8Array>;
  close(): Promise<void>;
};

export type CheckpointTensor = {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** In elements. */
  readonly strides: readonly number[];
  readonly storageOffset: number;
  /** Tensors with the same key share memory: views and tied weights. */
  readonly storageKey: string;
};

/** What `writeCheckpoint(path, value)` (write.ts) takes: the pickle to write, with tensors whose bytes come when asked for. */
export type CheckpointValue = PickleValue;
