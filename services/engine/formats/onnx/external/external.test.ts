import { mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeModel } from '../encode.ts';
import { forRuntime } from '../for-runtime.ts';
import { inspectOnnx } from '../inspect.ts';
import type { OnnxModel, OnnxTensor } from '../model.ts';
import { parseOnnxModel, readOnnxModel, withDataFiles } from '../read.ts';
import { makeTensor, tensorBytes, tensorFloats, tensorSlabs } from '../tensor.ts';
import { writeOnnxModel } from '../write.ts';

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-external-'));
afterAll(() => rm(scratch, { recursive: true }));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(scratch, 'model-'));
});
const at = (name: string) => ({ path: join(folder, name), name });

/** Two float32 weights, one of them large, and a bias that stays inside. */
const weights = { large: [600_000], small: [1024], bias: [4] };

function floats(name: string, shape: readonly number[]): OnnxTensor {
  const values = Float32Array.from({ length: shape[0] ?? 0 }, (_, index) => index - 2.5);
  return makeTensor({ name, dtype: 'float32', shape }, new Uint8Array(values.buffer));
}

const port = (name: string) => ({
  name,
  dtype: null,
  shape: null,
  proto: { name, type: { tensorType: { elemType: 1 } } },
});

const model: OnnxModel = {
  irVersion: 9,
  opsets: [{ domain: '', version: 17 }],
  graph: {
    name: 'g',
    nodes: [{ name: 'n', op: 'Relu', domain: '', inputs: ['x'], outputs: ['y'], attributes: [], rest: {} }],
    initializers: Object.entries(weights).map(([name, shape]) => floats(name, shape)),
    inputs: [port('x')],
    outputs: [port('y')],
    valueInfo: [],
    rest: {},
  },
  rest: {},
};

function sameData(read: OnnxModel): void {
  for (const tensor of model.graph.initializers) {
    const found = read.graph.initializers.find(({ name }) => name === tensor.name) ?? expect.fail(tensor.name);
    expect(Buffer.compare(tensorBytes(found), tensorBytes(tensor))).toBe(0);
  }
}

/** The model as it stands, with other words for where the data of `small` is. */
async function writeReferring(entries: Readonly<Record<string, string | undefined>>, name = 'm.onnx'): Promise<void> {
  const initializers = model.graph.initializers.map((tensor) =>
    tensor.name === 'small'
      ? {
          ...tensor,
          proto: {
            name: 'small',
            dataType: 1,
            dims: tensor.proto.dims ?? [],
            dataLocation: 1,
            externalData: Object.entries(entries).map(([key, value]) => ({ key, value: value ?? '' })),
          },
        }
      : tensor,
  );
  await writeFile(join(folder, name), encodeModel({ ...model, graph: { ...model.graph, initializers } }));
}

describe('a model with its weights in another file', () => {
  it('is written as ModelOpt does, and read again with its weights left where they are', async () => {
    const written = await writeOnnxModel(at('m.onnx').path, model, { external: true });
    expect(written).toEqual([
      { ...at('m.onnx'), bytes: expect.any(Number) },
      { ...at('m.onnx_data'), bytes: 2_404_096 },
    ]);
    expect(written[0]?.bytes).toBeLessThan(1000);
    const read = await readOnnxModel(at('m.onnx'));
    expect(read.graph.initializers.map(({ source }) => source?.file?.name)).toEqual([
      'm.onnx_data',
      'm.onnx_data',
      undefined,
    ]);
    sameData(read);
    expect(inspectOnnx(read, 'm.onnx').notes.at(-1)).toBe('Its weights are in m.onnx_data.');
  });

  it('gives the values of a tensor, whole or in slabs', async () => {
    await writeOnnxModel(at('m.onnx').path, model, { external: true });
    const { graph } = await readOnnxModel(at('m.onnx'));
    const large = graph.initializers[0] ?? expect.fail();
    expect(tensorFloats(large)[599_999]).toBe(599_996.5);
    const slabs = [...tensorSlabs(large, 1_000_000)];
    expect(slabs.map(({ length }) => length)).toEqual([1_000_000, 1_000_000, 400_000]);
    expect(Buffer.compare(Buffer.concat(slabs), tensorBytes(large))).toBe(0);
  });

  it('is found through the files that came with it, wherever they are', async () => {
    await writeOnnxModel(at('m.onnx').path, model, { external: true });
    await rename(at('m.onnx_data').path, at('upload-7').path);
    const parts = [{ path: at('upload-7').path, name: 'm.onnx_data' }];
    sameData(await readOnnxModel({ ...at('m.onnx'), parts }));
    await expect(readOnnxModel({ ...at('m.onnx'), parts: [] })).rejects.toMatchObject({
      code: 'NOT_A_MODEL',
      message: 'm.onnx keeps weights in other files, and 1 of 1 were not given with it: m.onnx_data.',
    });
  });

  it('tells which files belong to it', async () => {
    await writeOnnxModel(at('m.onnx').path, model, { external: true });
    expect(await withDataFiles(at('m.onnx'))).toEqual({ ...at('m.onnx'), parts: [at('m.onnx_data')] });
    await writeOnnxModel(at('whole.onnx').path, model);
    expect(await withDataFiles(at('whole.onnx'))).toEqual(at('whole.onnx'));
  });

  it('may have them in a folder below its own, and need not say how long they are', async () => {
    await mkdir(join(folder, 'weights'));
    await writeFile(join(folder, 'weights/w.bin'), new Uint8Array(8192));
    await writeReferring({ location: './weights/w.bin', offset: '4096', checksum: 'x', __proto__x: '1' });
    const read = await readOnnxModel(at('m.onnx'));
    expect(read.graph.initializers[1]?.source?.file).toMatchObject({ name: 'weights/w.bin', offset: 4096 });
  });

  it('is noticed to have changed', async () => {
    await writeOnnxModel(at('m.onnx').path, model, { external: true });
    const read = await readOnnxModel(at('m.onnx'));
    const large = read.graph.initializers[0] ?? expect.fail();
    await truncate(at('m.onnx_data').path, 1000);
    expect(() => tensorBytes(large)).toThrow('m.onnx_data changed while it was being read: it ends at byte 1000');
    await rm(at('m.onnx_data').path);
    expect(() => tensorBytes(large)).toThrow(/cannot be opened any more \(ENOENT\)/);
  });

  it('is refused where a weight is NaN', async () => {
    const data = new Float32Array(2048);
    data[1500] = Number.NaN;
    await writeFile(at('w.bin').path, new Uint8Array(data.buffer));
    await writeReferring({ location: 'w.bin', offset: '4096' });
    await expect(readOnnxModel(at('m.onnx'))).rejects.toThrow('Tensor small of m.onnx holds NaN (element 476)');
  });
});

describe('a place that a model may not name', () => {
  const bytes = '4096';
  it.each([
    { entries: { location: '../w.bin' }, code: 'UNSAFE_FILE', says: /"..\/w.bin", which is no path inside/ },
    { entries: { location: 'a/../../w.bin' }, code: 'UNSAFE_FILE', says: /no path inside/ },
    { entries: { location: '/etc/passwd' }, code: 'UNSAFE_FILE', says: /no path inside/ },
    { entries: { location: 'a\\w.bin' }, code: 'UNSAFE_FILE', says: /no path inside/ },
    { entries: { location: 'https://a/w.bin' }, code: 'UNSAFE_FILE', says: /no path inside/ },
    { entries: { location: 'w\u0000.bin' }, code: 'UNSAFE_FILE', says: /no path inside/ },
    { entries: { location: '.' }, code: 'UNSAFE_FILE', says: /no path inside/ },
    { entries: { location: 'link.bin' }, code: 'UNSAFE_FILE', says: /symbolic link/ },
    { entries: { location: 'up/w.bin' }, code: 'UNSAFE_FILE', says: /symbolic link/ },
    { entries: { location: 'folder' }, code: 'UNSAFE_FILE', says: /no regular file/ },
    { entries: { location: 'w.bin/x' }, code: 'NOT_A_MODEL', says: /1 of 1 are not beside it: w\.bin\/x/ },
    { entries: { offset: '0' }, code: 'CORRUPT_FILE', says: /does not say in which/ },
    {
      entries: { location: 'w.bin', length: '4000' },
      code: 'CORRUPT_FILE',
      says: /needs 4096 bytes; it says that w\.bin has 4000/,
    },
    {
      entries: { location: 'w.bin', length: bytes, offset: '1' },
      code: 'CORRUPT_FILE',
      says: /at bytes 1 to 4097 of w\.bin, which ends at byte 4096/,
    },
    {
      entries: { location: 'w.bin', length: bytes, offset: '-4' },
      code: 'CORRUPT_FILE',
      says: /offset of its data is "-4"/,
    },
    {
      entries: { location: 'w.bin', offset: '18446744073709551616' },
      code: 'CORRUPT_FILE',
      says: /no number of bytes/,
    },
    { entries: { location: 'w.bin', length: '0x1000' }, code: 'CORRUPT_FILE', says: /no number of bytes/ },
  ])('is refused: $entries', async ({ entries, code, says }) => {
    await writeFile(join(folder, 'w.bin'), new Uint8Array(4096));
    await writeFile(join(scratch, 'w.bin'), new Uint8Array(4096));
    await mkdir(join(folder, 'folder'));
    await symlink('w.bin', join(folder, 'link.bin'));
    await symlink('..', join(folder, 'up'));
    await writeReferring(entries);
    await expect(readOnnxModel(at('m.onnx'))).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
  });

  it('is refused where so many tensors name it that they would be many times the file', async () => {
    await writeFile(join(folder, 'w.bin'), new Uint8Array(4096));
    const place = [
      { key: 'location', value: 'w.bin' },
      { key: 'offset', value: '0' },
    ];
    const tied = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        const tensor = floats(`t${index}`, [1024]);
        const proto = { name: tensor.name, dataType: 1, dims: tensor.proto.dims ?? [], dataLocation: 1 };
        return { ...tensor, proto: { ...proto, externalData: place } };
      });
    const write = (count: number) =>
      writeFile(
        join(folder, 'm.onnx'),
        encodeModel({ ...model, graph: { ...model.graph, initializers: tied(count) } }),
      );
    await write(8);
    expect((await readOnnxModel(at('m.onnx'))).graph.initializers).toHaveLength(8);
    await write(9);
    await expect(readOnnxModel(at('m.onnx'))).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message:
        'The tensors of m.onnx take 36864 bytes out of files that have 4096; at most 8 times what is there is read.',
    });
  });

  it('is refused inside a node, where the runtime would open it', () => {
    const value = {
      name: 'v',
      dataType: 1,
      dims: [],
      dataLocation: 1,
      externalData: [{ key: 'location', value: 'w.bin' }],
    };
    const constant = {
      name: 'c',
      op: 'Constant',
      domain: '',
      inputs: [],
      outputs: ['c'],
      rest: {},
      attributes: [{ name: 'value', type: 4, t: value }],
    };
    const graph = { ...model.graph, nodes: [...model.graph.nodes, constant] };
    expect(() => parseOnnxModel(encodeModel({ ...model, graph }), 'm.onnx')).toThrow(
      /attribute value of a node of m\.onnx holds the tensor “v”/,
    );
  });
});

describe('a model in one file', () => {
  it('has its large weights left in the file, and is written again to the same bytes', async () => {
    await writeOnnxModel(at('m.onnx').path, model);
    const read = await readOnnxModel(at('m.onnx'));
    expect(read.graph.initializers.map(({ source }) => source?.length)).toEqual([2_400_000, undefined, undefined]);
    expect(inspectOnnx(read, 'm.onnx').notes).toHaveLength(1);
    sameData(read);
    const [again] = await writeOnnxModel(at('again.onnx').path, read);
    const [first, second] = await Promise.all([readFile(at('m.onnx').path), readFile(at('again.onnx').path)]);
    expect(again?.bytes).toBe(first.length);
    sameData(parseOnnxModel(second, 'again.onnx'));
  });

  it('is written as what encodeModel gives, whatever the order of its fields', async () => {
    await writeOnnxModel(at('m.onnx').path, model);
    const written = parseOnnxModel(await readFile(at('m.onnx').path), 'm.onnx');
    expect(Buffer.compare(encodeModel(written), encodeModel(model))).toBe(0);
  });

  it('is never written over another', async () => {
    await writeFile(at('m.onnx').path, 'mine');
    await expect(writeOnnxModel(at('m.onnx').path, model)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(at('m.onnx').path, 'utf8')).toBe('mine');
  });
});

describe('what the runtime gets', () => {
  it('is the graph, and the folder where it maps the weights from', async () => {
    await writeOnnxModel(at('m.onnx').path, model, { external: true });
    const { bytes, folder: from } = forRuntime(await readOnnxModel(at('m.onnx')), 'm.onnx');
    expect(bytes.length).toBeLessThan(1000);
    expect(from).toBe(folder);
  });

  it('is all of it where the weights are in memory', () => {
    const { bytes, folder: from } = forRuntime(model, 'm.onnx');
    expect(from).toBeNull();
    expect(Buffer.compare(bytes, encodeModel(model))).toBe(0);
  });
});
