import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orderedDict, tensor } from '#engine/formats/pth/pickle/build.ts';
import type { TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { placeCheckpoint } from '#engine/formats/pth/place-checkpoint.ts';

const MiB = 1024 ** 2;
const largestTensor = 64 * MiB;
const mostBytes = 128 * MiB + 2 * largestTensor;

let scratch: string;
let path: string;

/** Bundled before it is measured. */
beforeAll(() => promisify(execFile)(process.execPath, [cli, '--version']), 120_000);

/** A checkpoint of 2 GiB whose weights are zeros, which a sparse file keeps in no blocks. */
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-memory-'));
  path = join(scratch, 'large.pth');
  const storages = Array.from({ length: 32 }, (): TensorStorage => ({ dtype: 'float32', length: largestTensor / 4 }));
  const placed = placeCheckpoint(
    orderedDict(storages.map((storage, index) => [`layers.${index}.weight`, tensor([4096, 4096], storage)])),
    'large',
  );
  const file = await open(path, 'w');
  await file.truncate(placed.bytes);
  const tail = placed.finish?.(new Map(storages.map((storage) => [storage, 0]))) ?? [];
  for (const { offset, bytes } of [...placed.fixed, ...tail]) await file.write(bytes, 0, bytes.length, offset);
  await file.close();
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

it.each([
  { what: 'inspecting', args: () => ['inspect', path] },
  { what: 'quantizing', args: () => ['quantize', path, '--backend', 'torchao', '--out', join(scratch, 'out')] },
])(
  '$what 2 GiB takes no more memory than 128 MiB and twice the largest tensor',
  { timeout: 240_000 },
  async ({ args }) => {
    const { stderr } = await promisify(execFile)(process.execPath, ['--import', tellPeak, cli, ...args()]);
    const peak = Number(/^peak (\d+)$/m.exec(stderr)?.[1]) * 1024;
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(mostBytes);
  },
);

const cli = fileURLToPath(new URL('../../infra/dev/zeropoint.mjs', import.meta.url));
/** Loaded into the process before its program: says at the end what it took. */
const tellPeak = `data:text/javascript,${encodeURIComponent("process.on('exit', () => console.error('peak ' + process.resourceUsage().maxRSS))")}`;
