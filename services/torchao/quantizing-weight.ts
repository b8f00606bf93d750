import type { TorchaoRelease } from '#contract/recipe/torchao-options.ts';
import type { WeightRequest } from '#contract/recipe/torchao-request.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import type { TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import type { QuantizeJob, WeightScheme, ZerosJob } from '#engine/transfer/jobs.ts';
import { sourceOf } from './copied-tensors.ts';
import type { QuantizedWeight } from './quantized-weight.ts';
import { blockOf, scaleShape } from './weight-block.ts';

/** A weight of the result and the work that makes it. */
export type QuantizingWeight = {
  readonly weight: QuantizedWeight;
  readonly jobs: readonly (QuantizeJob | ZerosJob)[];
};

type Asked = { readonly request: WeightRequest; readonly compat: TorchaoRelease | null };

/** A weight without elements needs no work. */
export function quantizingWeight(
  checkpoint: Checkpoint,
  tensor: CheckpointTensor,
  { request, compat }: Asked,
): QuantizingWeight {
  const [rows = 0, cols = 0] = tensor.shape;
  const dtype = weightDtype(tensor);
  const block = blockOf(request.granularity, [rows, cols]);
  const scheme = schemeOf(request.dtype, compat);
  const scales = elementCount(scaleShape(block, [rows, cols]));
  const qdata: TensorStorage = { dtype: qdataDtypes[request.dtype], length: rows * cols };
  const scale: TensorStorage = { dtype: scheme.rounding === 'float32' ? 'float32' : dtype, length: scales };
  const zeroPoint: TensorStorage | null = request.dtype === 'int8' ? { dtype: 'int8', length: scales } : null;
  const attributes: QuantizedWeight['attributes'] = scheme.rounding === 'float32' ? 'torchao-0.18' : 'older';
  const { name } = tensor;
  const weight = { kind: request.dtype, dtype, rows, cols, block, qdata, scale, zeroPoint, attributes };
  if (rows * cols === 0) return { weight, jobs: [] };
  const source = sourceOf(checkpoint, tensor);
  // Written out: a spread takes twice the memory, for every weight.
  const quantize: QuantizeJob = {
    kind: 'quantize',
    name,
    source,
    dtype,
    rows,
    cols,
    block,
    scheme,
    qdata,
    scale,
  };
  return { weight, jobs: zeroPoint ? [quantize, { kind: 'zeros', to: zeroPoint }] : [quantize] };
}

const qdataDtypes = { int8: 'int8', fp8_e4m3fn: 'float8_e4m3fn', fp8_e5m2: 'float8_e5m2' } as const;

/** Only INT8 was rounded otherwise before 0.18. A recipe without `compat` gets the numbers of 0.18 without its NaN. */
function schemeOf(dtype: WeightRequest['dtype'], compat: TorchaoRelease | null): WeightScheme {
  const current = compat === null || compat === 'torchao-0.18';
  const rounding = current || dtype !== 'int8' ? 'float32' : 'weight-dtype';
  return { dtype, rounding, unusual: compat === null ? 'repair' : 'reproduce' };
}

function weightDtype({ name, dtype }: CheckpointTensor): QuantizeJob['dtype'] {
  if (dtype === 'float32' || dtype === 'bfloat16' || dtype === 'float16' || dtype === 'float64') return dtype;
  throw new Error(`${name} of ${dtype} was to be quantized`);
}
