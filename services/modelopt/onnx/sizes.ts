import { stat } from 'node:fs/promises';
import type { InputFile } from '#contract/backend.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { OnnxTensor } from '#engine/formats/onnx/model.ts';
import { tensorLength } from '#engine/formats/onnx/tensor.ts';
import type { QuantizedTensor } from '#engine/graph/insert/quantized-tensors.ts';
import { linearOps } from '#engine/graph/op-types.ts';
import type { Placement } from './decide.ts';
import type { Network } from './network.ts';

/** Of the model's file and of those that hold its weights. */
export async function bytesBefore({ original }: Network, file: InputFile): Promise<number> {
  const { size, ino } = await stat(file.path);
  const paths = new Set(original.graph.initializers.flatMap(({ source }) => source?.file?.path ?? []));
  const data = await Promise.all([...paths].map((path) => stat(path)));
  return data.filter((one) => one.ino !== ino).reduce((sum, one) => sum + one.size, size);
}

/** An estimate: weights in the type that they get, and two nodes for each pair. */
export function bytesAfter(
  network: Network,
  { tensors, quantized }: Placement,
  { settings, before }: { readonly settings: OnnxSettings; readonly before: number },
): number {
  const half = settings.high_precision_dtype !== 'fp32' && !network.isQuantized;
  // What only custom nodes and those behind them read keeps its type.
  const halved = new Set(half ? network.cut.model.graph.initializers.map(({ name }) => name) : []);
  const folded = settings.dq_only ? linearWeights(network, tensors, quantized) : new Set<string>();
  const weights = network.model.graph.initializers.reduce(
    (sum, tensor) => sum + newLength(tensor, { halved, folded }) - tensorLength(tensor),
    0,
  );
  return before + weights + tensors.reduce((sum, tensor) => sum + pairBytes(network, tensor, half), 0);
}

function newLength(
  tensor: OnnxTensor,
  to: { readonly halved: ReadonlySet<string>; readonly folded: ReadonlySet<string> },
): number {
  if (to.folded.has(tensor.name)) return elementCount(tensor.shape);
  const isFloat = tensor.dtype === 'float32' || tensor.dtype === 'float64';
  return to.halved.has(tensor.name) && isFloat ? 2 * elementCount(tensor.shape) : tensorLength(tensor);
}

function linearWeights(
  { model }: Network,
  tensors: readonly QuantizedTensor[],
  quantized: ReadonlySet<string>,
): ReadonlySet<string> {
  const weights = new Set(tensors.filter(({ weight }) => weight).map(({ tensor }) => tensor));
  const read = model.graph.nodes
    .filter((node) => quantized.has(node.name) && linearOps.has(node.op))
    .flatMap((node) => node.inputs);
  return new Set(read.filter((tensor) => weights.has(tensor)));
}

/** Two nodes with their names, and scale and zero point of each channel; in half precision, twice. */
function pairBytes(network: Network, { tensor, axis }: QuantizedTensor, half: boolean): number {
  const channels = axis === null ? 1 : (network.weights.get(tensor)?.shape[axis] ?? 1);
  return 12 * tensor.length + 260 + (half ? 2 * 3 : 5) * channels;
}
