import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { PlacedFile } from '../placed-file.ts';
import type { TensorStorage } from '../pth/pickle/value.ts';
import { openSafetensors } from './open.ts';
import { placeSafetensors } from './place-safetensors.ts';

const fixtures = fileURLToPath(new URL('../../../../test/fixtures/safetensors/', import.meta.url));

it.each([
  'every-type.safetensors',
  'odd-names.safetensors',
  'empties.safetensors',
  'tied.safetensors',
  'torchao.safetensors',
  'digits-cnn.safetensors',
])('%s, taken apart and laid out again, is the file that the library wrote', async (file) => {
  const opened = await openSafetensors(fixtures + file, file);
  const contents = new Map<TensorStorage, Uint8Array>();
  const tensors = [];
  for (const tensor of opened.tensors.toReversed()) {
    const { name, dtype, shape } = tensor;
    const storage = { dtype, length: shape.reduce((count, size) => count * size, 1) };
    contents.set(storage, await opened.read(tensor));
    tensors.push({ name, shape, storage });
  }
  await opened.close();
  const placed = placeSafetensors(tensors, opened.metadata ?? new Map());
  expect(fill(placed, contents).equals(await readFile(fixtures + file))).toBe(true);
});

function fill({ bytes, places, fixed, finish }: PlacedFile, contents: ReadonlyMap<TensorStorage, Uint8Array>): Buffer {
  expect(finish).toBeNull();
  const file = Buffer.alloc(bytes, 0xee);
  for (const piece of fixed) file.set(piece.bytes, piece.offset);
  for (const [storage, offset] of places) file.set(contents.get(storage) ?? [], offset);
  return file;
}

it('begins its data at a multiple of 8, whatever the names are', () => {
  for (const name of ['a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg', 'abcdefgh']) {
    const storage = { dtype: 'float64', length: 1 } as const;
    expect(placeSafetensors([{ name, shape: [1], storage }], new Map()).places.get(storage)).toSatisfy(
      (offset: number) => offset % 8 === 0,
    );
  }
});

it.each([
  {
    name: 'w',
    dtype: 'complex128',
    message: 'The tensor “w” has elements of complex128, which safetensors cannot hold.',
  },
  {
    name: '__metadata__',
    dtype: 'float32',
    message: 'The tensor “__metadata__” has the name of the format’s own entry, which safetensors cannot hold.',
  },
] as const)('refuses a tensor that the format cannot hold: $name of $dtype', ({ name, dtype, message }) => {
  const place = () => placeSafetensors([{ name, shape: [1], storage: { dtype, length: 1 } }], new Map());
  expect(place).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', message }));
});
