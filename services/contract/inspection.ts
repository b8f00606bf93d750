import type { PreprocessWishes } from './preprocess.ts';

/** What a file turned out to be. Written by an inspection, read by the dashboard and `zeropoint inspect`. */
export type Inspection = ModelInspection | DatasetInspection;

export type ModelInspection = {
  readonly kind: 'model';
  readonly format: 'pth' | 'onnx' | 'safetensors';
  /** zip, legacy, tar, protobuf … */
  readonly container: string;
  /** Who wrote it, as far as the file says: `pytorch 2.13.0`, `pytorch-lightning 2.6.6`. */
  readonly producer: string | null;
  /** The keys that lead to the tensors of a checkpoint: [`state_dict`]. */
  readonly wrapper: readonly string[];
  /** Of the file, or of all files of a model that is in several. */
  readonly bytes: number;
  /** Files that hold the tensors; more than 1 for a sharded model. */
  readonly shards: number;
  readonly parameters: number;
  /** Elements of all tensors, what several show together counted once. */
  readonly tensorBytes: number;
  readonly tensors: readonly InspectedTensor[];
  /** Graph inputs and outputs of an ONNX model; a dynamic dimension is its name or null. */
  readonly inputs: readonly InspectedPort[];
  readonly outputs: readonly InspectedPort[];
  /** Names in a pickle that are not on the allow-list; they were read as inert data. */
  readonly unknownGlobals: readonly string[];
  readonly notes: readonly string[];
};

export type InspectedTensor = {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** Tensors with the same key share memory (views, tied weights); absent where a tensor shares with none. */
  readonly storage?: string;
};

export type InspectedPort = {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly (number | string | null)[];
};

export type DatasetInspection = {
  readonly kind: 'dataset';
  readonly format: 'npz' | 'npy' | 'images';
  readonly bytes: number;
  readonly samples: number;
  readonly arrays: readonly InspectedTensor[];
  /** The array that holds class labels, if one does (integers of rank 1). */
  readonly labels: string | null;
  /** Of a folder of images in one archive. */
  readonly images?: {
    /** Folders that are classes, in the order of their labels; [] if there are none. */
    readonly classes: readonly string[];
    /** What is stored with them. */
    readonly preprocess: PreprocessWishes;
  };
};
