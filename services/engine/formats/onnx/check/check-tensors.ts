import { InputError } from '#contract/failure.ts';
import { dtypes } from '../../dtype.ts';
import { isExternal } from '../external/reference.ts';
import type { OnnxGraph, OnnxTensor } from '../model.ts';
import { tensorLength, tensorSlabs } from '../tensor.ts';
import { limits } from './limits.ts';

/** Every initializer has a known type, a sane shape, and exactly the data that both ask for. */
export function checkTensors(graph: OnnxGraph, name: string): void {
  if (graph.initializers.length > limits.initializers) {
    throw new InputError(
      'LIMIT_EXCEEDED',
      `The graph of ${name} has ${graph.initializers.length} initializers; the limit is ${limits.initializers}.`,
    );
  }
  for (const tensor of graph.initializers) {
    checkHead(tensor, name);
    checkData(tensor, name);
    refuseNaN(tensor, name);
  }
}

/** What a tensor says of itself, before anything is read because of it. */
export function checkHead({ name: tensor, proto, shape, dtype }: OnnxTensor, name: string): void {
  const label = `Tensor ${tensor} of ${name}`;
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
}

function checkData(tensor: OnnxTensor, name: string): void {
  const { proto, shape, dtype } = tensor;
  const label = `Tensor ${tensor.name} of ${name}`;
  if (isExternal(proto)) {
    throw new InputError('UNSUPPORTED', `${label} keeps its data in another file, and only one file is there.`, {
      remedy: 'Give the model with the files that belong to it.',
    });
  }
  const wanted = tensorLength(tensor);
  const raw = tensor.source?.length ?? proto.rawData?.length ?? 0;
  const listed = dtype === null ? 0 : listedBytes(tensor, dtypes[dtype].bytes);
  if (raw > 0 && listed > 0) throw new InputError('CORRUPT_FILE', `${label} gives its data twice, raw and as a list.`);
  if (raw + listed !== wanted) {
    throw new InputError(
      'CORRUPT_FILE',
      `${label} of shape [${shape.join(', ')}] and type ${dtype} needs ${wanted} bytes; the file has ${raw + listed}.`,
    );
  }
}

/** Infinities are let be: masks are made of them. Only raw values are looked at, which nearly all files have. */
function refuseNaN(tensor: OnnxTensor, name: string): void {
  const { dtype } = tensor;
  if ((dtype !== 'float32' && dtype !== 'float16') || !(tensor.source ?? tensor.proto.rawData)) return;
  const isFloat32 = dtype === 'float32';
  let before = 0;
  for (const slab of tensorSlabs(tensor, slabBytes)) {
    const { buffer, byteOffset, length } = slab.byteOffset % 4 === 0 ? slab : Uint8Array.from(slab);
    const words = isFloat32
      ? new Uint32Array(buffer, byteOffset, length / 4)
      : new Uint16Array(buffer, byteOffset, length / 2);
    const at = words.findIndex(isFloat32 ? isNaN32 : isNaN16);
    if (at >= 0) {
      throw new InputError(
        'CORRUPT_FILE',
        `Tensor ${tensor.name} of ${name} holds NaN (element ${before + at}); no network computes with that.`,
      );
    }
    before += words.length;
  }
}

const slabBytes = 1 << 24;

/** Greater than infinity, the sign aside. */
const isNaN32 = (word: number) => (word & 0x7fff_ffff) > 0x7f80_0000;
const isNaN16 = (word: number) => (word & 0x7fff) > 0x7c00;

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
