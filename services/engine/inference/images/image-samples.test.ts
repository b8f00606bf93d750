import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { InputFile } from '#contract/backend.ts';
import { writeTar } from '#kit/write-tar.ts';
import { writeZip } from '#kit/write-zip.ts';
import { openDataset } from '../dataset.ts';
import { integers } from '../tensor-value.ts';
import { imagePort, picture, writeFiles } from './images.fixture.ts';

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-images-'));
afterAll(() => rm(scratch, { recursive: true }));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(scratch, 'folder-'));
});

const png = await picture(16, 12).png().toBuffer();
const jpeg = await picture(64, 48).jpeg().toBuffer();
const preprocess = { resize: [8, 8], mean: [0], std: [1] } as const;
const port = imagePort(['N', 3, 8, 8]);

const given = (): InputFile => ({ path: folder, name: 'photos', preprocess });
const open = (file: InputFile = given(), ports = [port]) => openDataset({ file, ports });

async function readAll(file: InputFile, ports = [port]) {
  const dataset = await open(file, ports);
  try {
    for await (const _ of dataset.batches(3));
    return dataset;
  } finally {
    await dataset.close();
  }
}

describe('a folder of images', () => {
  test('is samples in the order of their paths, which are their ids; other files and hidden ones are none', async () => {
    await writeFiles(folder, { 'b.png': png, 'a/z.JPG': jpeg, 'B.jpeg': jpeg, 'notes.txt': 'x', '.cache/c.png': 'x' });
    const dataset = await open();
    expect([0, 1, 2].map(dataset.idOf)).toEqual(['B.jpeg', 'a/z.JPG', 'b.png']);
    expect(dataset).toMatchObject({ samples: 3, random: false, name: 'photos', warnings: [] });
  });

  const files = { 'a.png': png, 'b.jpg': jpeg };
  const tar = writeTar(Object.entries(files).map(([name, content]) => ({ name, content })));
  test.each([
    ['a zip', writeZip(files)],
    ['a tar', tar],
    ['a packed tar', gzipSync(tar)],
  ])('says in %s and in itself the same', async (_, packed) => {
    await writeFiles(folder, files);
    await writeFile(join(scratch, 'same'), packed);
    const archive = await open({ path: join(scratch, 'same'), name: 'same', preprocess });
    const dataset = await open();
    const whole = { start: 0, count: 2, repeated: 0 };
    expect((await archive.read(whole)).feeds).toEqual((await dataset.read(whole)).feeds);
    await archive.close();
  });

  test('gives the same sample alone, in a batch and after others', async () => {
    await writeFiles(folder, Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.png`, i % 2 ? png : jpeg])));
    const { read } = await open();
    const bytes = async (start: number, count: number) =>
      Buffer.from((await read({ start, count, repeated: 0 })).feeds.get('x')?.bytes ?? []);
    const sample = 8 * 8 * 3 * 4;
    expect((await bytes(0, 9)).subarray(5 * sample, 6 * sample)).toEqual(await bytes(5, 1));
  });

  test('is labelled by folders, in the order of their names as torchvision has it', async () => {
    const paths = ['set/10/a.png', 'set/2/b.png', 'set/2/deeper/c.png', 'set/cat/d.png'];
    await writeFiles(folder, Object.fromEntries(paths.map((path) => [path, png])));
    const labels = await (await open()).readLabels();
    expect(labels && integers(labels)).toEqual([0, 1, 1, 2]);
  });

  test('without folders has no labels, and says how it would', async () => {
    await writeFiles(folder, { 'a.png': png, 'cat/b.png': png });
    await expect((await open()).readLabels()).rejects.toThrow('photos says no classes');
  });

  test('takes what is stored with it, and what is given besides wins', async () => {
    await writeFiles(folder, {
      'a.png': png,
      'preprocess.yaml': 'resize: [4, 6]\nstd: 0.5\nmean: 0.5\nscale: 1/128\n',
    });
    const ports = [imagePort(['N', 3, null, null])];
    const dataset = await open({ path: folder, name: 'photos', preprocess: { std: [2] } }, ports);
    expect(dataset.preprocess).toMatchObject({
      resize: [4, 6],
      crop: null,
      mean: [0.5, 0.5, 0.5],
      std: [2, 2, 2],
      scale: 1 / 128,
    });
    expect((await dataset.read({ start: 0, count: 1, repeated: 0 })).feeds.get('x')?.shape).toEqual([1, 3, 4, 6]);
  });
});

describe('what nobody said', () => {
  test.each([
    { shape: ['N', 3, 224, 224], resize: 256, crop: [224, 224], mean: 0.485, color: 'rgb', layout: 'nchw' },
    { shape: ['N', 3, null, null], resize: 256, crop: [224, 224], mean: 0.485, color: 'rgb', layout: 'nchw' },
    { shape: ['N', 299, 299, 3], resize: 299, crop: [299, 299], mean: 0.485, color: 'rgb', layout: 'nhwc' },
    { shape: [1, 1, 28, 28], resize: 28, crop: [28, 28], mean: 0, color: 'gray', layout: 'nchw' },
  ])('is $resize and $crop for $shape, and is told', async ({ shape, resize, crop, mean, color, layout }) => {
    await writeFiles(folder, { 'a.png': png });
    const dataset = await open({ path: folder, name: 'photos' }, [imagePort(shape)]);
    expect(dataset.preprocess).toMatchObject({ resize, crop, color, layout, interpolation: 'bilinear' });
    expect(dataset.preprocess?.mean[0]).toBe(mean);
    expect(dataset.warnings).toEqual([expect.stringContaining('The preprocessing of photos was not said in full')]);
  });

  test('leaves the bytes alone where the graph takes bytes', async () => {
    await writeFiles(folder, { 'a.png': await picture(8, 8).png().toBuffer() });
    const dataset = await open({ path: folder, name: 'photos' }, [imagePort([1, 8, 8, 3], 'uint8')]);
    const { feeds } = await dataset.read({ start: 0, count: 1, repeated: 0 });
    expect(Buffer.from(feeds.get('x')?.bytes ?? [])).toEqual(await picture(8, 8).raw().toBuffer());
  });

  test('becomes binary16 where the graph takes that', async () => {
    await writeFiles(folder, { 'a.png': png });
    const dataset = await open(given(), [imagePort([1, 3, 8, 8], 'float16')]);
    const value = (await dataset.read({ start: 0, count: 1, repeated: 0 })).feeds.get('x');
    expect(value).toMatchObject({ dtype: 'float16', shape: [1, 3, 8, 8], bytes: { length: 3 * 64 * 2 } });
  });
});

/** A PNG that says it has so many pixels, all zero: small when packed. */
function bomb(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(name), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const magic = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    magic,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1 << 20))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>';

describe('images that are refused by name', () => {
  test.each([
    ['a bomb', { 'a.png': bomb(60_000, 60_000) }, 'LIMIT_EXCEEDED', 'a.png in photos has 60000×60000 pixels'],
    ['a line', { 'a.png': bomb(1, 1 << 20) }, 'LIMIT_EXCEEDED', 'a.png in photos has 1×1048576 pixels'],
    [
      'a truncated JPEG',
      { 'a.jpg': jpeg.subarray(0, jpeg.length / 2) },
      'CORRUPT_FILE',
      'a.jpg in photos cannot be decoded',
    ],
    [
      'a truncated PNG',
      { 'a.png': png.subarray(0, png.length / 2) },
      'CORRUPT_FILE',
      'a.png in photos cannot be decoded',
    ],
    ['an SVG', { 'a.svg': svg, 'b.png': png }, 'NOT_A_DATASET', 'a.svg in photos is a .svg'],
    ['an SVG called PNG', { 'a.png': svg }, 'NOT_A_DATASET', 'a.png in photos is an SVG'],
    ['a TIFF called JPEG', { 'a.jpg': 'II*\0........' }, 'NOT_A_DATASET', 'a.jpg in photos is a TIFF'],
    ['nothing called JPEG', { 'a.jpg': '' }, 'NOT_A_DATASET', 'a.jpg in photos is empty'],
    ['no images', { 'a.txt': 'x' }, 'NOT_A_DATASET', 'photos holds no images'],
    [
      'settings twice',
      { 'a.png': png, 'preprocess.json': '{}', 'preprocess.yml': '' },
      'NOT_A_DATASET',
      'both preprocess',
    ],
    [
      'unknown settings',
      { 'a.png': png, 'preprocess.json': '{"size": 3}' },
      'RECIPE_INVALID',
      'says size, which is none of',
    ],
    [
      'odd settings',
      { 'a.png': png, 'preprocess.json': '{"std": [0, 1, 1]}' },
      'RECIPE_INVALID',
      'says std: [0,1,1]; it takes',
    ],
  ])('%s', async (_, files, code, message) => {
    await writeFiles(folder, files);
    await expect(readAll(given())).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    await writeFile(join(scratch, 'photos'), writeZip(files));
    if (code !== 'NOT_A_DATASET' || !('a.txt' in files))
      await expect(readAll({ path: join(scratch, 'photos'), name: 'photos', preprocess })).rejects.toMatchObject({
        code,
      });
  });

  test.each([
    [16, 8192, { resize: [8, 16_384] }, 'becomes 8×16384'],
    [1, 2048, { resize: 1024, crop: null }, 'becomes 2097152×1024'],
  ] as const)('what becomes too large on the way: %i×%i', async (width, height, wishes, message) => {
    await writeFiles(folder, { 'a.png': await picture(width, height).png().toBuffer() });
    const file = { path: folder, name: 'photos', preprocess: wishes };
    await expect(readAll(file, [imagePort(['N', 3, null, null])])).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining(message),
    });
  });

  test('links out of the folder, to folders and to nothing; one inside is followed', async () => {
    await writeFile(join(scratch, 'secret.png'), png);
    await writeFiles(folder, { 'a.png': png });
    await symlink('a.png', join(folder, 'b.png'));
    expect((await readAll(given())).samples).toBe(2);
    for (const [target, says] of [
      ['../secret.png', 'link.png in photos is a link that leads out of it'],
      ['..', 'link.png in photos is a link to a folder'],
      ['missing', 'link.png in photos is a link to nothing'],
    ] as const) {
      await symlink(target, join(folder, 'link.png'));
      await expect(open()).rejects.toMatchObject({ code: 'UNSAFE_FILE', message: expect.stringContaining(says) });
      await rm(join(folder, 'link.png'));
    }
  });
});

describe('images that do not fit the graph', () => {
  test.each([
    ['two inputs', [port, { ...port, name: 'y' }], {}, 'the graph takes 2: x, y'],
    ['a row of numbers', [imagePort(['N', 100])], {}, 'x takes float32 [N, 100]'],
    ['a type that is none', [imagePort([1, 3, 8, 8], 'int64')], {}, 'x takes int64'],
    ['another size', [port], { crop: [6, 6] }, 'makes 6×6 pixels of 3 channels (rgb) of photos, and x takes 8×8 of 3'],
    ['another color', [port], { color: 'gray' }, 'of 1 channel (gray)'],
    ['too many means', [imagePort([1, 1, 8, 8])], { mean: [0, 0, 0] }, 'gives 3 numbers as mean or std'],
    ['too small', [port], { resize: null, crop: [8, 8] }, 'a.png in photos has 4×4 pixels'],
    ['uneven', [imagePort([1, 3, null, null])], { resize: 4, crop: null }, 'another image of its batch'],
  ] as const)('%s', async (_, ports, wishes, message) => {
    await writeFiles(folder, { 'a.png': await picture(4, 4).png().toBuffer(), 'b.png': png });
    const read = async () => {
      const dataset = await open({ path: folder, name: 'photos', preprocess: { resize: 8, ...wishes } }, [...ports]);
      await dataset.read({ start: 0, count: 2, repeated: 0 });
    };
    await expect(read()).rejects.toMatchObject({
      code: 'CALIBRATION_MISMATCH',
      message: expect.stringContaining(message),
    });
  });
});

test('a folder in which there is nothing is refused', async () => {
  await mkdir(join(folder, 'empty'));
  await expect(open()).rejects.toMatchObject({
    code: 'NOT_A_DATASET',
    message: expect.stringContaining('among its 0 files'),
  });
});
