import { InputError } from '#contract/failure.ts';
import { dtypes } from '../../dtype.ts';
import { denseBytes } from '../../storage-bytes.ts';
import type { OnnxGraph, OnnxTensor } from '../model.ts';
import { limits } from './limits.ts';

/** Every initializer has a known type, a sane shape, and exactly the data that both ask for. */
export function checkTensors(graph: OnnxGraph, name: string): void {
  for (const tensor of graph.initializers) checkTensor(tensor, name);
}

function checkTensor(tensor: OnnxTensor, name: string): void {
  const { proto, shape, dtype } = tensor;
  const label = `Tensor ${tensor.name} of ${name}`;
  if (proto.dataLocation === 1 || (proto.externalData ?? []).length > 0) {
    throw new InputError(
      'UNSUPPORTED',
      `${label} keeps its data in another file (external data), which cannot be read yet.`,
      {
        remedy: 'Save the model as one file: onnx.save(onnx.load(path), "one-file.onnx").',
      },
    );
  }
  if (dtype === null)
    throw new InputError(
      'UNSUPPORTED',
      `${label} has the element type ${proto.dataType ?? 0}, which is not supported.`,
    );
  if (proto.segment) throw new InputError('UNSUPPORTED', `${label} is stored in segments, which is not supported.`);
  if (shape.length > limits.rank)
    throw new InputError('LIMIT_EXCEEDED', `${label} has ${shape.length} dimensions; the limit is ${limits.rank}.`);
  if (shape.some((dimension) => dimension < 0 || !Number.isSafeInteger(dimension))) {
    throw new InputError('CORRUPT_FILE', `${label} has the impossible shape [${shape.join(', ')}].`);
  }
  const wanted = denseBytes({ dtype, shape });
  const raw = proto.rawData?.length ?? 0;
  const listed = listedBytes(tensor, dtypes[dtype].bytes);
  if (raw > 0 && listed > 0) throw new InputError('CORRUPT_FILE', `${label} gives its data twice, raw and as a list.`);
  if (raw + listed !== wanted) {
    throw new InputError(
      'CORRUPT_FILE',
      `${label} of shape [${shape.join(', ')}] and type ${dtype} needs ${wanted} bytes; the file has ${raw + listed}.`,
    );
  }
  const at = firstNaN(tensor);
  if (at !== null)
    throw new InputError('CORRUPT_FILE', `${label} holds NaN (element ${at}); no network computes with that.`);
}

/** Infinities are let be: masks are made of them. Only raw values are looked at, which nearly all files have. */
function firstNaN({ dtype, proto: { rawData } }: OnnxTensor): number | null {
  if (!rawData || (dtype !== 'float32' && dtype !== 'float16')) return null;
  const size = dtypes[dtype].bytes;
  // Exponent bits of the last two bytes; fraction bits of all but the sign and exponent.
  const [exponent, topFraction] = dtype === 'float32' ? [0x7f80, 0x7f] : [0x7c00, 0x3ff];
  for (let offset = size; offset <= rawData.length; offset += size) {
    const top = ((rawData[offset - 1] ?? 0) << 8) | (rawData[offset - 2] ?? 0);
    if ((top & exponent) !== exponent) continue;
    const low = size === 4 ? (rawData[offset - 3] ?? 0) | (rawData[offset - 4] ?? 0) : 0;
    if ((top & topFraction) !== 0 || low !== 0) return offset / size - 1;
  }
  return null;
}

/** Size of the data of the field that holds this type one by one; what stands in another field is no data. */
function listedBytes(tensor: OnnxTensor, size: number): number {
  const { floatData, doubleData, int32Data, int64Data, uint64Data } = tensor.proto;
  const fields = {
    float32: floatData,
    float64: doubleData,
    int64: int64Data,
    uint32: uint64Data,
    uint64: uint64Data,
    complex64: undefined,
    complex128: undefined,
  } as const;
  const field =
    tensor.dtype !== null && tensor.dtype in fields ? fields[tensor.dtype as keyof typeof fields] : int32Data;
  return (field?.length ?? 0) * size;
}
