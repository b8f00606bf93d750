import type { Dtype } from '../dtype.ts';
import type { PickleValue } from './pickle/value.ts';

/** A .pth as data: the tensors of its state dict and what else the pickle says. Opened with `openCheckpoint` (open.ts). */
export type Checkpoint = {
  readonly container: 'zip' | 'legacy' | 'tar' | 'torchscript' | 'pt2' | 'safetensors';
  readonly producer: string | null;
  /** The keys that lead from the pickle's root to the state dict: [] for a bare one, [`state_dict`] for Lightning. */
  readonly wrapper: readonly string[];
  /** In the order of the state dict. */
  readonly tensors: readonly CheckpointTensor[];
  /** `_metadata` of the state dict: every module's path ('' is the root) and version. It names all modules, not their classes. */
  readonly modules: ReadonlyMap<string, number>;
  /** Module path to class (`torch.nn.modules.linear.Linear`) where a whole module was pickled; else empty. */
  readonly classes: ReadonlyMap<string, string>;
  /**
   * The tensors of the state dict that are quantized already (torchao's subclasses), by name. Their parts stand in
   * `tensors` as `<name>.qdata`, `<name>.scale` …
   */
  readonly quantized: ReadonlyMap<string, QuantizedTensor>;
  /** `module.name` of pickle globals that are not on the allow-list; they were read as inert data. */
  readonly unknownGlobals: readonly string[];
  readonly bytes: number;
  /** The elements in row-major order, little-endian, whatever strides and byte order the file has; in an ArrayBuffer of their own. */
  read(tensor: CheckpointTensor): Promise<Uint8Array<ArrayBuffer>>;
  /** Where exactly the bytes that `read` gives lie in a file; null if it has to gather, swap or inflate them. */
  locate(tensor: CheckpointTensor): FileExtent | null;
  close(): Promise<void>;
};

export type FileExtent = { readonly path: string; readonly offset: number; readonly bytes: number };

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

export type QuantizedTensor = {
  /** `torchao.quantization.Int8Tensor`. */
  readonly class: string;
  /** What it was before, and what it dequantizes to. */
  readonly dtype: Dtype;
  readonly shape: readonly number[];
};

/** What `writeCheckpoint(path, value)` (write.ts) takes: the pickle to write, with tensors whose bytes come when asked for. */
export type CheckpointValue = PickleValue;
