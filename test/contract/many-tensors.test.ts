import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { orderedDict, tensor } from '#engine/formats/pth/pickle/build.ts';
import type { TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { writeCheckpoint } from '#engine/formats/pth/write.ts';

const MiB = 1024 ** 2;
const layers = 10_000;

let scratch: string;
let path: string;

/** Bundled before it is measured. */
beforeAll(() => promisify(execFile)(process.execPath, [cli, '--version']), 120_000);

/** Small Linears with a bias, of which nothing is large but their number. */
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-many-'));
  path = join(scratch, 'many.pth');
  const values = Float32Array.from({ length: 64 }, (_, index) => Math.sin(index));
  const storage = (length: number): TensorStorage => ({
    dtype: 'float32',
    length,
    bytes: async () => new Uint8Array(values.buffer, 0, 4 * length),
  });
  const entries = Array.from({ length: layers }, (_, layer) => [
    [`blocks.${layer >> 2}.linear_${layer}.weight`, tensor([8, 8], storage(64))] as const,
    [`blocks.${layer >> 2}.linear_${layer}.bias`, tensor([8], storage(8))] as const,
  ]);
  await writeCheckpoint(path, orderedDict(entries.flat()));
}, 120_000);
afterAll(() => rm(scratch, { recursive: true, force: true }));

it.each([
  { what: 'inspecting', most: 160 * MiB, args: () => ['inspect', path, '--json'] },
  {
    what: 'quantizing',
    most: 288 * MiB,
    args: () => ['quantize', path, '--backend', 'torchao', '--out', join(scratch, 'out')],
  },
])('$what 20,000 tensors takes no more than a few kilobytes for each', { timeout: 240_000 }, async ({ args, most }) => {
  const run = promisify(execFile);
  const { stderr } = await run(process.execPath, ['--import', tellPeak, cli, ...args()], { maxBuffer: 64 * MiB });
  const peak = Number(/^peak (\d+)$/m.exec(stderr)?.[1]) * 1024;
  expect(peak).toBeGreaterThan(0);
  expect(peak).toBeLessThan(most);
});

it('lists every one of many layers in the manifest', async () => {
  const manifest = JSON.parse(await readFile(join(scratch, 'out', 'manifest.json'), 'utf8'));
  expect(manifest.plan.layers).toHaveLength(layers);
  expect(manifest.plan.layers[layers - 1].name).toBe(`blocks.${(layers - 1) >> 2}.linear_${layers - 1}`);
});

const cli = fileURLToPath(new URL('../../infra/dev/zeropoint.mjs', import.meta.url));
/** Loaded into the process before its program: says at the end what it took. */
const tellPeak = `data:text/javascript,${encodeURIComponent("process.on('exit', () => console.error('peak ' + process.resourceUsage().maxRSS))")}`;
