import type { OnnxTensor } from './model.ts';
import { tensorLength } from './tensor.ts';

/** Where the tensors lie in a data file. */
export type DataLayout = {
  readonly bytes: number;
  readonly offsets: ReadonlyMap<OnnxTensor, number>;
};

/** What is smaller stays in the model, as in ModelOpt's output (`size_threshold`, onnx/external_data_helper.py). */
const leastExternal = 1024;

/**
 * Large tensors begin where a page may, so that a runtime can map each by itself; 64 KiB is the coarsest step of any
 * system. Source: "External Data", onnx/docs/ExternalData.md.
 */
const leastMapped = 1 << 20;
const mapStep = 1 << 16;
const smallStep = 64;

/** The initializers in their order, those that are large enough. */
export function layOutData(tensors: readonly OnnxTensor[]): DataLayout {
  const offsets = new Map<OnnxTensor, number>();
  let bytes = 0;
  for (const tensor of tensors) {
    const length = tensorLength(tensor);
    if (length < leastExternal) continue;
    const step = stepOf(length);
    const offset = Math.ceil(bytes / step) * step;
    offsets.set(tensor, offset);
    bytes = offset + length;
  }
  return { bytes, offsets };
}

/** Of what its place in a file is a multiple, in bytes. */
export function stepOf(length: number): number {
  return length >= leastMapped ? mapStep : smallStep;
}
