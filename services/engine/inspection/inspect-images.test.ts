import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeZip } from '#kit/write-zip.ts';
import { inspectFile } from './inspect-file.ts';

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-inspect-images-'));
afterAll(() => rm(scratch, { recursive: true }));

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

async function inspected(files: Readonly<Record<string, Uint8Array | string>>) {
  const path = join(scratch, 'photos.zip');
  await writeFile(path, writeZip(files));
  return inspectFile({ path, name: 'photos.zip' });
}

test('an archive of images says how many, their classes and what is stored with them', async () => {
  const files = {
    'cat/a.png': png,
    'cat/b.png': png,
    'dog/a.png': png,
    'preprocess.json': '{"crop": 32, "color": "BGR"}',
  };
  expect(await inspected(files)).toMatchObject({
    format: 'images',
    samples: 3,
    labels: 'folders',
    images: { classes: ['cat', 'dog'], preprocess: { crop: [32, 32], color: 'bgr' } },
  });
});

test('without a folder for each class there are no labels', async () => {
  expect(await inspected({ 'a.png': png, 'b.png': png })).toMatchObject({ samples: 2, labels: null });
});

test('a file that only is called an image is refused by its name', async () => {
  await expect(inspected({ 'a.png': png, 'b.png': 'GIF89a' })).rejects.toThrow('b.png in photos.zip is a GIF;');
});

test.each([
  ['a: [', 'preprocess.yaml in photos.zip cannot be read'],
  ['[1, 2]', 'is not a list of settings'],
  ['resize: &a 3\ncrop: *a', 'uses aliases'],
  ['layout: chwn', 'says layout: "chwn"; it takes nchw, nhwc'],
  ['scale: 0', 'says scale: 0; it takes a positive number'],
  ['mean: [1, .nan, 1]', 'it takes a number for each channel'],
])('preprocessing that says %j is refused', async (text, message) => {
  await expect(inspected({ 'a.png': png, 'preprocess.yaml': text })).rejects.toMatchObject({
    code: 'RECIPE_INVALID',
    message: expect.stringContaining(message),
  });
});
