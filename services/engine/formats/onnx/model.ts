import type { Dtype } from '../dtype.ts';
import type { onnx } from './generated/messages.js';
import type { TensorSource } from './tensor-source.ts';

/** An ONNX model as data. What nothing here looks at (metadata, functions, annotations) travels along in `rest`. */
export type OnnxModel = {
  readonly irVersion: number;
  readonly opsets: readonly OnnxOpset[];
  readonly graph: OnnxGraph;
  readonly rest: onnx.ModelProto.$Properties;
};

/** Domain '' is the standard's own. */
type OnnxOpset = { readonly domain: string; readonly version: number };

export type OnnxGraph = {
  readonly name: string;
  /** In an order in which every tensor is made before it is used. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  /** Without those that are initializers (older IR versions list them too). */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly valueInfo: readonly OnnxPort[];
  readonly rest: onnx.GraphProto.$Properties;
};

export type OnnxNode = {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  /** Names of tensors; '' is an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly OnnxAttribute[];
  readonly rest: onnx.NodeProto.$Properties;
};

export type OnnxAttribute = onnx.AttributeProto.$Properties;

export type OnnxTensor = {
  readonly name: string;
  /** null for element types that have no place here (strings, 4-bit). */
  readonly dtype: Dtype | null;
  readonly shape: readonly number[];
  /** Without the data where there is a `source`. Data are read with `tensorBytes` and its like, never from here. */
  readonly proto: onnx.TensorProto.$Properties;
  /** Where the data come from that are not in memory: a file, or a computation. */
  readonly source?: TensorSource;
};

/** A graph input or output, or what is known of a tensor inside. A dynamic dimension is its name, or null. */
export type OnnxPort = {
  readonly name: string;
  /** null if it is no tensor, or one of a type that has no place here. */
  readonly dtype: Dtype | null;
  readonly shape: readonly (number | string | null)[] | null;
  readonly proto: onnx.ValueInfoProto.$Properties;
};

/** The standard operator set of the model; 0 if it imports none. */
export function standardOpset(model: OnnxModel): number {
  return model.opsets.find((opset) => opset.domain === '' || opset.domain === 'ai.onnx')?.version ?? 0;
}
