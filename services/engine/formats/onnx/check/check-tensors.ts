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
  if (dtype === null || !(dtype in floats) || !(tensor.source ?? tensor.proto.rawData)) return;
  const { Words, magnitude, infinity } = floats[dtype as keyof typeof floats];
  let before = 0;
  for (const slab of tensorSlabs(tensor, slabBytes)) {
    const { buffer, byteOffset, length } = slab.byteOffset % 4 === 0 ? slab : Uint8Array.from(slab);
    const words = new Words(buffer as ArrayBuffer, byteOffset, length / Words.BYTES_PER_ELEMENT);
    const at = firstAbove(words, { magnitude, infinity });
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

/** NaN is what is greater than infinity, the sign aside. */
const floats = {
  float32: { Words: Uint32Array, magnitude: 0x7fff_ffff, infinity: 0x7f80_0000 },
  float16: { Words: Uint16Array, magnitude: 0x7fff, infinity: 0x7c00 },
  bfloat16: { Words: Uint16Array, magnitude: 0x7fff, infinity: 0x7f80 },
} as const;

/** A loop, not `findIndex`: it sees every weight, and is seven times as fast. */
function firstAbove(
  words: Uint32Array | Uint16Array,
  { magnitude, infinity }: { magnitude: number; infinity: number },
) {
  for (let index = 0; index < words.length; index += 1) if (((words[index] ?? 0) & magnitude) > infinity) return index;
  return -1;
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
