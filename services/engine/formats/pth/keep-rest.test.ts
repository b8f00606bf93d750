import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openByteSource } from '../byte-source.ts';
import { openZip } from '../zip/archive.ts';
import { collectTensors } from './collect-tensors.ts';
import { restWith } from './keep-rest.ts';
import { keptTensors } from './kept-tensors.ts';
import { openCheckpoint } from './open.ts';
import { orderedDict } from './pickle/build.ts';
import { writeCheckpoint } from './write.ts';
import { readZipContents } from './zip-contents.ts';

const zoo = fileURLToPath(new URL('../../../../test/fixtures/pth-zoo/', import.meta.url));
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-rest-'));
});
afterAll(() => rm(scratch, { recursive: true }));

/** Writes a checkpoint again with the weights it had. */
async function rewrite(from: string, to: string): Promise<void> {
  const checkpoint = await openCheckpoint(from, from);
  const keep = keptTensors((tensor) => checkpoint.read(tensor));
  const stateDict = orderedDict(checkpoint.tensors.map((tensor) => [tensor.name, keep(tensor)] as const));
  try {
    await writeCheckpoint(to, restWith(checkpoint, stateDict).value);
  } finally {
    await checkpoint.close();
  }
}

/** Every tensor of the file, also those beside its weights. */
async function everything(path: string) {
  const source = await openByteSource(path, path);
  const contents = await readZipContents(await openZip(source));
  const { tensors, storageOf } = collectTensors(contents.root, { ...contents, file: source.name });
  const found: Record<string, string> = {};
  for (const [name, tensor] of tensors) {
    const storage = storageOf.get(tensor);
    const bytes = await storage?.read(0, storage.bytes);
    const sha256 = createHash('sha256')
      .update(bytes ?? '')
      .digest('hex');
    found[name] = `${tensor.dtype} [${tensor.shape}] [${tensor.strides}] ${tensor.storageOffset} ${sha256}`;
  }
  await source.close();
  return {
    found,
    unknownGlobals: [...contents.unknownGlobals].sort(),
    storages: new Set(contents.storages.values()).size,
  };
}

describe('restWith', () => {
  it.each([
    'training-checkpoint.pth',
    'lightning.ckpt',
    'numpy-values.pth',
    'omegaconf-values.pth',
    'stdlib-values.pth',
    'unknown-classes-p5.pth',
    'cyclic.pth',
    'long-ints.pth',
  ])('keeps everything that %s holds beside its weights', async (file) => {
    const to = join(scratch, `${file}.out`);
    await rewrite(zoo + file, to);
    expect(await everything(to)).toEqual(await everything(zoo + file));
  });

  it('says where the kept storages lie in the file', async () => {
    const checkpoint = await openCheckpoint(`${zoo}nested-model-and-ema.pth`, 'm.pth');
    const { copies } = restWith(checkpoint, orderedDict());
    expect(copies).toHaveLength(10);
    for (const { storage, extent } of copies) {
      expect(extent).toMatchObject({ path: `${zoo}nested-model-and-ema.pth` });
      expect(extent?.bytes).toBe((await storage.bytes?.())?.length);
    }
    await checkpoint.close();
  });

  it.each(['module.pth', 'module-in-dict.pth', 'torchscript-traced.pt', 'exported.pt2'])(
    'says why the rest of %s cannot be kept',
    async (file) => {
      await expect(rewrite(zoo + file, join(scratch, 'none.pth'))).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringMatching(/^What stands beside the weights cannot be kept: .*\.$/),
      });
    },
  );
});
