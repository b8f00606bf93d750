import type { OnnxModel } from '../formats/onnx/model.ts';
import type { WeightSite } from './weights/weight-sites.ts';
import type { WeightTransformation } from './weights/weight-transformation.ts';

/** An ONNX export of the network whose weights are in a checkpoint, with what ties the two together. */
export type Companion = {
  readonly graph: OnnxModel;
  /** Whether a conversion rounded the weights in the graph: `computedCompanion` puts the checkpoint's there. */
  readonly isConverted: boolean;
  /** What the checkpoint's names have in front of the graph's; module names below are without it. */
  readonly prefix: string;
  /** Weights of rank 2 and more that the graph uses, in the checkpoint's order; those that were looked up while exporting come last. */
  readonly weights: readonly CompanionWeight[];
  /** Modules that the graph knows, with and without tensors, in the order of their first node. */
  readonly modules: readonly CompanionModule[];
  /** Layers of recurrent modules, in the order of their nodes. */
  readonly recurrent: readonly RecurrentSite[];
  readonly warnings: readonly string[];
};

export type CompanionWeight = {
  readonly module: string;
  /** Name and shape in the checkpoint. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** Name of the initializer in the graph. */
  readonly initializer: string;
  readonly transformation: WeightTransformation;
  /** Every node that multiplies with it on this module's behalf; more than one if the module is called again. */
  readonly sites: readonly WeightSite[];
};

export type CompanionModule = {
  readonly name: string;
  /** PyTorch class without its package; null if the graph does not tell. */
  readonly class: string | null;
  readonly evidence: string;
  /** What the module is called with: a tensor, and the node inputs that read it on the module's behalf. */
  readonly inputs: readonly ModuleInput[];
};

export type ModuleInput = { readonly tensor: string; readonly node: number; readonly input: number };

/** A node that computes a layer of an LSTM, GRU or RNN module. */
export type RecurrentSite = {
  readonly module: string;
  /** Among the stacked layers of the module, from 0. */
  readonly layer: number;
  readonly node: number;
  readonly op: 'LSTM' | 'GRU' | 'RNN';
  readonly directions: 1 | 2;
};
