import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { PreprocessWishes } from '#contract/preprocess.ts';
import { openImageSamples } from './image-samples.ts';
import { imagePort } from './images.fixture.ts';

/** What PIL and numpy make of the same files: test/golden/make_images.py. */
const golden: {
  readonly files: Readonly<Record<string, string>>;
  readonly cases: readonly {
    readonly image: string;
    readonly preprocess: PreprocessWishes;
    readonly shape: readonly number[];
    readonly tensor: string;
  }[];
} = JSON.parse(readFileSync(new URL('../../../../test/golden/images.json', import.meta.url), 'utf8'));

const scratch = await mkdtemp(join(tmpdir(), 'zeropoint-golden-images-'));
afterAll(() => rm(scratch, { recursive: true }));

test.each(golden.cases)('$image by $preprocess is PIL’s, bit for bit', async ({ image, preprocess, shape, tensor }) => {
  const folder = await mkdtemp(join(scratch, 'one-'));
  await writeFile(join(folder, image), Buffer.from(golden.files[image] ?? '', 'base64'));
  const channels = preprocess.color === 'gray' ? 1 : 3;
  const source = await openImageSamples({ path: folder, name: 'images', preprocess }, [
    imagePort(['N', channels, null, null]),
  ]);
  const value = (await source.read([0])).get('x');
  expect(value?.shape).toEqual([1, ...shape]);
  expect(
    createHash('sha256')
      .update(value?.bytes ?? '')
      .digest('hex'),
  ).toBe(tensor);
});
