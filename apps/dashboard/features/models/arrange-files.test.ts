import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { arrangeFiles } from './arrange-files.ts';

const index = JSON.stringify({
  metadata: { total_size: 1 },
  weight_map: {
    a: 'm-00002-of-00002.safetensors',
    b: 'm-00001-of-00002.safetensors',
    c: 'm-00001-of-00002.safetensors',
  },
});

async function arranged(files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>) {
  const list = Object.entries(files).map(([name, text]) => new File([text], name));
  const { main, parts, missing, leftOut, problem } = await arrangeFiles(list);
  const nameOf = ({ name }: File) => name;
  return { main: main?.name ?? null, parts: parts.map(nameOf), missing, leftOut: leftOut.map(nameOf), problem };
}

const nothing = { parts: [], missing: [], leftOut: [], problem: null };

test('one file is the model, whatever its name', async () => {
  expect(await arranged({ 'weights.dat': 'x' })).toEqual({ ...nothing, main: 'weights.dat' });
});

test('of a folder with an index its shards are taken and the rest is left out', async () => {
  const folder = {
    'config.json': '{}',
    'm-00001-of-00002.safetensors': '1',
    'm-00002-of-00002.safetensors': '2',
    'm.safetensors.index.json': index,
    'tokenizer.json': '{}',
  };
  expect(await arranged(folder)).toEqual({
    ...nothing,
    main: 'm.safetensors.index.json',
    parts: ['m-00001-of-00002.safetensors', 'm-00002-of-00002.safetensors'],
    leftOut: ['config.json', 'tokenizer.json'],
  });
});

test('an index says which of its shards are missing', async () => {
  const some = { 'm.safetensors.index.json': index, 'm-00001-of-00002.safetensors': '1' };
  expect(await arranged(some)).toMatchObject({
    parts: ['m-00001-of-00002.safetensors'],
    missing: ['m-00002-of-00002.safetensors'],
    problem: null,
  });
});

test('of two indexes the one of safetensors is taken', async () => {
  const both = { 'pytorch_model.bin.index.json': index, 'model.safetensors.index.json': index };
  expect(await arranged(both)).toMatchObject({
    main: 'model.safetensors.index.json',
    leftOut: ['pytorch_model.bin.index.json'],
  });
});

test('the one model file among others is the model', async () => {
  expect(await arranged({ 'README.md': '#', 'model.safetensors': 'x' })).toMatchObject({
    main: 'model.safetensors',
    leftOut: ['README.md'],
  });
});

/** Keeps its weights in external.onnx.data. */
const external = new Uint8Array(
  readFileSync(new URL('../../../../test/fixtures/onnx-zoo/external.onnx', import.meta.url)),
);
const whole = new Uint8Array(readFileSync(new URL('../../../../test/fixtures/onnx-zoo/mlp.onnx', import.meta.url)));

test('a graph with its weights in another file is both, and says when that is missing', async () => {
  const data = { 'external.onnx.data': 'weights' };
  expect(await arranged({ 'README.md': '#', 'external.onnx': external, ...data })).toEqual({
    ...nothing,
    main: 'external.onnx',
    parts: ['external.onnx.data'],
    leftOut: ['README.md'],
  });
  expect(await arranged({ 'renamed.onnx': external, 'renamed.onnx.data': 'weights' })).toMatchObject({
    main: 'renamed.onnx',
    parts: [],
    missing: ['external.onnx.data'],
    leftOut: ['renamed.onnx.data'],
  });
});

test('a graph that holds its weights, or is cut off, is a model by itself', async () => {
  expect(await arranged({ 'mlp.onnx': whole })).toEqual({ ...nothing, main: 'mlp.onnx' });
  for (const end of [1, 40, 500, external.length - 3])
    expect(await arranged({ 'cut.onnx': external.slice(0, end) })).toMatchObject({ main: 'cut.onnx', problem: null });
});

test('data in a folder below the graph cannot be sent, and the way out is said', async () => {
  // A path of the same length, so that the lengths around it hold.
  const text = Buffer.from(external).toString('latin1').replaceAll('external.onnx.data', 'weights/onnx1.data');
  expect(await arranged({ 'm.onnx': new Uint8Array(Buffer.from(text, 'latin1')) })).toMatchObject({
    main: null,
    problem: expect.stringMatching(/^m\.onnx keeps weights in weights\/onnx1\.data.*save_as_external_data/),
  });
});

test.each([
  [{ 'm-00001-of-00002.bin': '', 'm-00002-of-00002.bin': '' }, /shards without their index.*m\.bin\.index\.json/],
  [{ 'a.pth': '', 'b.onnx': '' }, /2 models: a\.pth, b\.onnx/],
  [{ 'a.md': '', 'b.md': '' }, /None of the 2 files/],
  [{ 'm.bin.index.json': '{}' }, /names no shards/],
  [{ 'm.bin.index.json': 'not JSON' }, /names no shards/],
  [{ 'm.bin.index.json': '{"weight_map":{"a":1}}' }, /names no shards/],
])('%j is no model, and why is said', async (files, sentence) => {
  const { main, problem } = await arranged(files);
  expect(main).toBeNull();
  expect(problem).toMatch(sentence);
});
