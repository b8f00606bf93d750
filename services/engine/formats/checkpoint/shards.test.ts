import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openModel } from './open-model.ts';

const fixture = fileURLToPath(new URL('../../../../test/fixtures/safetensors/sharded', import.meta.url));
const first = 'model-00001-of-00002.safetensors';
const second = 'model-00002-of-00002.safetensors';
const name = 'model.safetensors.index.json';
const whole = { 'a.weight': first, 'a.bias': first, 'b.weight': second };

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-shards-'));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(scratch, 'model-'));
  await cp(fixture, folder, { recursive: true });
});
afterAll(() => rm(scratch, { recursive: true }));

async function openWith(index: unknown) {
  await writeFile(join(folder, name), typeof index === 'string' ? index : JSON.stringify(index));
  return openModel({ path: join(folder, name), name });
}

describe('an index of shards', () => {
  it.each([
    {
      what: 'a shard that is not there',
      map: { ...whole, c: 'gone.bin' },
      code: 'NOT_A_MODEL',
      message: `${name} names the shard gone.bin, which is not beside it.`,
    },
    {
      what: 'a shard that is a folder',
      map: { ...whole, c: 'folder' },
      code: 'NOT_A_MODEL',
      message: `${name} names the shard folder, which is not a file.`,
    },
    {
      what: 'a tensor that its shard has not',
      map: { ...whole, c: second },
      code: 'CORRUPT_FILE',
      message: `The shard ${second} has no tensor “c”, although ${name} says so.`,
    },
    {
      what: 'a tensor of another shard',
      map: { ...whole, 'a.bias': second },
      code: 'CORRUPT_FILE',
      message: `The tensor “a.bias” is in the shard ${first}, but ${name} says that it is in ${second}.`,
    },
    {
      what: 'a shard with a tensor more',
      map: { 'a.weight': first, 'b.weight': second },
      code: 'CORRUPT_FILE',
      message: `The shard ${first} holds the tensor “a.bias”, which ${name} does not name.`,
    },
    {
      what: 'a tensor in two shards',
      map: { ...whole, c: 'twin.safetensors' },
      code: 'CORRUPT_FILE',
      message: `The tensor “b.weight” is in two shards: ${second} and twin.safetensors.`,
    },
    {
      what: 'a path upwards',
      map: { ...whole, c: '../model.bin' },
      code: 'UNSAFE_FILE',
      message: `${name} names a shard "../model.bin", which is no name of a file beside it.`,
    },
    {
      what: 'an absolute path',
      map: { c: '/etc/passwd' },
      code: 'UNSAFE_FILE',
      message: `${name} names a shard "/etc/passwd", which is no name of a file beside it.`,
    },
    {
      what: 'a path of Windows',
      map: { c: 'C:\\model.bin' },
      code: 'UNSAFE_FILE',
      message: `${name} names a shard "C:\\\\model.bin", which is no name of a file beside it.`,
    },
    {
      what: 'the folder itself',
      map: { c: '..' },
      code: 'UNSAFE_FILE',
      message: `${name} names a shard "..", which is no name of a file beside it.`,
    },
    {
      what: 'a name with a NUL',
      map: { c: 'a\0b' },
      code: 'UNSAFE_FILE',
      message: `${name} names a shard "a\\u0000b", which is no name of a file beside it.`,
    },
    {
      what: 'a shard that is itself',
      map: { c: name },
      code: 'NOT_A_MODEL',
      message: expect.stringContaining('is a text in JSON'),
    },
    {
      what: 'a number for a shard',
      map: { c: 7 },
      code: 'CORRUPT_FILE',
      message: `${name} does not say which file holds the tensor “c”.`,
    },
    { what: 'no tensors', map: {}, code: 'CORRUPT_FILE', message: `${name} names no tensors.` },
    {
      what: 'a map that is a list',
      map: [first],
      code: 'CORRUPT_FILE',
      message: `${name} has no weight_map that says which file holds which tensor.`,
    },
    {
      what: 'very many shards',
      map: Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`t${index}`, `${index}.bin`])),
      code: 'LIMIT_EXCEEDED',
      message: `${name} names 1001 shards; at most 1000 are read.`,
    },
  ])('with $what is refused with one sentence', async ({ map, code, message }) => {
    await mkdir(join(folder, 'folder'));
    await cp(join(folder, second), join(folder, 'twin.safetensors'));
    await expect(openWith({ weight_map: map })).rejects.toMatchObject({ code, message });
  });

  it.each([
    ['that ends early', '{"weight_map": {"a": "b"'],
    ['that names a tensor twice', `{"weight_map": {"a": "${first}", "a": "${second}"}}`],
    ['that nests deeply', `{"metadata": ${'['.repeat(1e5)}${']'.repeat(1e5)}, "weight_map": {}}`],
  ])('%s is refused with one sentence', async (_, text) => {
    await expect(openWith(text)).rejects.toMatchObject({
      code: 'CORRUPT_FILE',
      message: expect.stringMatching(/^model\.safetensors\.index\.json is no index in JSON \([^\n]{5,200}\)\.$/),
    });
  });

  it('takes the shards that are given with it, wherever they lie', async () => {
    const parts = [first, second].map((part, index) => ({ path: join(folder, `upload-${index}`), name: part }));
    for (const part of parts) await rename(join(folder, part.name), part.path);
    const index = { path: join(folder, name), name };
    const checkpoint = await openModel({ ...index, parts });
    await checkpoint.close();
    expect(checkpoint.tensors).toHaveLength(3);
    await expect(openModel({ ...index, parts: parts.slice(1) })).rejects.toMatchObject({
      code: 'NOT_A_MODEL',
      message: `${name} names the shard ${first}, which was not given with it.`,
    });
  });

  it('holds shards of both kinds', async () => {
    await cp(`${fixture}-pth`, folder, { recursive: true });
    const checkpoint = await openWith({
      weight_map: {
        ...whole,
        'a.weight': 'pytorch_model-00001-of-00002.bin',
        'a.bias': 'pytorch_model-00001-of-00002.bin',
      },
    });
    await checkpoint.close();
    expect(checkpoint.tensors.map((tensor) => tensor.name)).toEqual(['a.bias', 'a.weight', 'b.weight']);
  });
});
