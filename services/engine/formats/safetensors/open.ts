import { InputError } from '#contract/failure.ts';
import { type ByteSource, openWith, overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';
import type { Checkpoint, CheckpointTensor } from '../pth/checkpoint.ts';
import { denseBytes } from '../storage-bytes.ts';
import { readSafetensorsHeader, type SafetensorsTensor } from './header.ts';

/**
 * Opens a .safetensors: reads its header and leaves the elements on disk until `read`. Tensors stand under the names
 * and in the order of the file, nothing interpreted (see `stateDictOf`). The caller closes it. Errors are `InputError`s.
 */
export function openSafetensors(path: string, name: string): Promise<Checkpoint> {
  return openWith(path, name, async (source) => {
    const { tensors, metadata } = await readSafetensorsHeader(source);
    const places = new Map(tensors.map((tensor, index) => [toTensor(source, tensor, index), tensor.offset]));
    const extentOf = (tensor: CheckpointTensor) => {
      const offset = places.get(tensor);
      if (offset === undefined) throw new Error(`tensor ${tensor.name} is of another checkpoint`);
      return { offset, bytes: denseBytes(tensor) };
    };
    return {
      container: 'safetensors',
      producer: null,
      wrapper: [],
      prefix: '',
      tensors: [...places.keys()],
      modules: new Map(),
      classes: new Map(),
      linearLike: new Map(),
      quantized: new Map(),
      composed: new Map(),
      unknownGlobals: [],
      notes: [],
      metadata,
      bytes: source.size,
      rest: null,
      async read(tensor) {
        const { offset, bytes } = extentOf(tensor);
        if (bytes > limits.tensorBytes)
          throw overLimit(
            source,
            `has a tensor “${tensor.name}” of ${bytes} bytes; at most ${limits.tensorBytes} are read.`,
          );
        return source.read(offset, bytes);
      },
      locate: (tensor) => ({ path: source.path, ...extentOf(tensor) }),
      close: () => source.close(),
    };
  });
}

function toTensor(source: ByteSource, { name, type, shape }: SafetensorsTensor, index: number): CheckpointTensor {
  if (type.dtype === null)
    throw new InputError(
      'UNSUPPORTED',
      `${source.name} has a tensor “${name}” of ${type.code}, elements that PyTorch has no type for.`,
      { remedy: 'Save the weights in a type of PyTorch.' },
    );
  const seen = type.bits < 8 ? packedShape(source, { name, shape }) : shape;
  return { name, dtype: type.dtype, shape: seen, strides: rowMajor(seen), storageOffset: 0, storageKey: String(index) };
}

/** Two elements of four bits are one of PyTorch’s `float4_e2m1fn_x2`. */
function packedShape(
  source: ByteSource,
  { name, shape }: Pick<SafetensorsTensor, 'name' | 'shape'>,
): readonly number[] {
  const last = shape.at(-1) ?? 1;
  if (last % 2 !== 0)
    throw new InputError(
      'UNSUPPORTED',
      `${source.name} has a tensor “${name}” of F4 with a last dimension of ${last}; PyTorch keeps two of its elements in a byte.`,
    );
  return [...shape.slice(0, -1), last / 2];
}

function rowMajor(shape: readonly number[]): readonly number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= Math.max(shape[axis] ?? 1, 1);
  }
  return strides;
}
