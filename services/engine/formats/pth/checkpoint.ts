import type { Dtype } from '../dtype.ts';
import type { PickleNode, PickleValue, PyPersistent } from './pickle/value.ts';
import type { Storage } from './storages.ts';

/** A .pth as data: the tensors of its state dict and what else the pickle says. Opened with `openCheckpoint` (open.ts). */
export type Checkpoint = {
  readonly container: 'zip' | 'legacy' | 'tar' | 'torchscript' | 'pt2' | 'safetensors';
  readonly producer: string | null;
  /** The keys that lead from the pickle's root to the state dict: [] for a bare one, [`state_dict`] for Lightning. */
  readonly wrapper: readonly string[];
  /** What DataParallel and torch.compile put before every name (`module.`, `_orig_mod.module.`); '' for nothing. Names keep it. */
  readonly prefix: string;
  /** In the order of the state dict. */
  readonly tensors: readonly CheckpointTensor[];
  /** `_metadata` of the state dict: every module's path ('' is the root) and version. It names all modules, not their classes. */
  readonly modules: ReadonlyMap<string, number>;
  /** Module path to class (`torch.nn.modules.linear.Linear`), where the file says it: whole modules, TorchScript, `.pt2`. */
  readonly classes: ReadonlyMap<string, string>;
  /** Module path to whether it computes as a Linear, whatever its class is called, where the file tells: attributes of a pickled module, a graph. */
  readonly linearLike: ReadonlyMap<string, boolean>;
  /**
   * The tensors of the state dict that are quantized already (torchao's subclasses), by name. Their parts stand in
   * `tensors` as `<name>.qdata`, `<name>.scale` …
   */
  readonly quantized: ReadonlyMap<string, QuantizedTensor>;
  /** The tensors of the state dict that are not dense, by name. Their parts stand in `tensors` as `<name>.indices`, `<name>.values` … */
  readonly composed: ReadonlyMap<string, ComposedTensor>;
  /** `module.name` of pickle globals that are not on the allow-list; they were read as inert data. */
  readonly unknownGlobals: readonly string[];
  /** What a user may want to know of how the file was read, in sentences. */
  readonly notes: readonly string[];
  /** Of all files that belong to the model. */
  readonly bytes: number;
  /** Files that hold the tensors, where they are several. */
  readonly shards?: number;
  /** The free texts of a safetensors file (`__metadata__`). */
  readonly metadata?: ReadonlyMap<string, string>;
  /** What else the file holds; absent where that is nothing or is not known. */
  readonly beside?: BesideWeights;
  /** The whole pickle around the state dict, for `restWith` (keep-rest.ts); null where there is none or it cannot be written again. */
  readonly rest: PickledRest | null;
  /** The elements in row-major order, little-endian, whatever strides and byte order the file has; in an ArrayBuffer of their own. */
  read(tensor: CheckpointTensor): Promise<Uint8Array<ArrayBuffer>>;
  /** Where exactly the bytes that `read` gives lie in a file; null if it has to gather, swap or inflate them. */
  locate(tensor: CheckpointTensor): FileExtent | null;
  close(): Promise<void>;
};

export type BesideWeights = {
  /** Of storages that no tensor of the state dict looks into, each once, as they stand in the file. */
  readonly bytes: number;
  /** The keys beside the state dict that hold tensors: `optimizer_states`. */
  readonly names: readonly string[];
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
  /** What its layer takes in is quantized too, as it comes (`act_quant_kwargs`). */
  readonly quantizesInputs?: true;
};

export type ComposedTensor = {
  /** `torch.sparse_coo`, `torch.sparse_csr`, `per_tensor_affine` (quantized by torch.ao) … */
  readonly layout: string;
  readonly dtype: string;
  readonly shape: readonly number[];
};

export type PickledRest = {
  readonly path: string;
  /** What the user calls the file. */
  readonly name: string;
  readonly root: PickleValue;
  /** The object below the root that is the state dict; its own tensors are no longer in it. */
  readonly weights: PickleNode;
  readonly storages: ReadonlyMap<PyPersistent, Storage>;
};

/** What `writeCheckpoint(path, value)` (write.ts) takes: the pickle to write, with tensors whose bytes come when asked for. */
export type CheckpointValue = PickleValue;
