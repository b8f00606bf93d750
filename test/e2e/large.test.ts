import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill } from 'node:process';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openModel } from '#engine/formats/checkpoint/open-model.ts';
import { quantizeWeight } from '#engine/numerics/reference/quantize-weight.ts';
import { attemptsOf } from '../kit/attempts-of.ts';
import { screenshot } from '../kit/browser.ts';
import { type LargeCheckpoint, writeLargeCheckpoint } from '../kit/large-checkpoint.ts';
import { type Platform, pidOf } from '../kit/platform.ts';
import { raiseStage } from '../kit/stage.ts';
import { type MemoryWatch, watchMemory } from '../kit/watch-memory.ts';
import { download, openProject, startRun, waitForResult } from './steps.ts';

/** A model of one gigabyte and one of many files, through a browser, with every interruption. The steps build on each other. */
const project = '/large-engines/weights';
const chunkBytes = 8 * 1024 * 1024;
const layers = 16;
const rows = 4096;
const cols = 4096;

const stage = raiseStage({ demo: false });
let folder: string;
let platform: Platform;
let page: Page;
let checkpoint: LargeCheckpoint;
let memory: MemoryWatch;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeropoint-large-'));
  ({ platform, page } = stage);
  memory = watchMemory({ gateway: await pidOf(platform, 'gateway'), worker: await pidOf(platform, 'worker') });
  await openProject(page, { person: { name: 'Grace Hopper', email: 'grace@example.com' }, project });
});
afterAll(async () => {
  memory?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a folder of twelve shards is one upload: what is missing is asked for, what does not belong is left out', async () => {
  const shards = await writeShards(join(folder, 'sharded'), 12);
  await page.goto(`${project}/models`);
  await page.getByRole('button', { name: 'Upload model' }).first().click();
  const index = join(folder, 'sharded', 'model.safetensors.index.json');
  const readme = join(folder, 'sharded', 'README.md');
  await page.getByLabel('Choose a model file').setInputFiles([index, readme, ...shards.slice(1)]);
  await page.getByText('1 shard of the index missing').waitFor();
  await page.getByTestId('left-out').getByText('README.md').waitFor();
  expect(await page.getByRole('button', { name: 'Add model' }).isDisabled()).toBe(true);
  await page.getByLabel('Choose the missing shards').setInputFiles(shards.slice(0, 1));
  await page.getByTestId('upload-overall').getByText('13 of 13 files uploaded').waitFor();
  await screenshot(page, '40-shards-uploaded');
  await page.getByLabel('Model name').fill('sharded');
  await page.getByRole('button', { name: 'Add model' }).click();
  await page.getByText('ready to quantize').waitFor();
  await page.getByTestId('version-parts').getByText('12 shards').waitFor();
  await screenshot(page, '41-sharded-model');
});

test('twelve shards are quantized as one model', async () => {
  await startRun(page, project, { tensorrt: false, activations: false, model: /sharded v1/ });
  await waitForResult(page);
  const manifest = JSON.parse(await readFile(await download(page, 'manifest.json'), 'utf8'));
  expect(manifest.results.layers.quantized).toBe(12);
});

test('a gigabyte is uploaded although the connection is cut in the middle, and no byte is sent twice but those of one chunk', async () => {
  checkpoint = await writeLargeCheckpoint(join(folder, 'gigabyte.safetensors'), { layers, rows, cols });
  expect(checkpoint.bytes).toBeGreaterThan(2 ** 30);
  const offsets: number[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
  });
  await page.goto(`${project}/models`);
  await page.getByRole('button', { name: 'Upload model' }).first().click();
  await page.getByLabel('Choose a model file').setInputFiles(checkpoint.path);
  await expect.poll(() => offsets.length, { timeout: 240_000 }).toBeGreaterThan(20);
  await page.context().setOffline(true);
  await page.getByText('Connection cut').waitFor();
  await screenshot(page, '42-upload-cut');
  expect(offsets.length).toBeLessThan(checkpoint.bytes / chunkBytes);
  await page.context().setOffline(false);
  await page.locator('[data-testid=upload][data-phase=done]').waitFor({ timeout: 240_000 });
  const sent = offsets.reduce((sum, offset) => sum + Math.min(chunkBytes, checkpoint.bytes - offset), 0);
  expect(sent).toBeLessThanOrEqual(checkpoint.bytes + chunkBytes);
  await page.getByRole('button', { name: 'Add model' }).click();
  await page.getByText('ready to quantize').waitFor();
});

test('its run is canceled in the middle, leaves nothing, and ends once when it is tried again', async () => {
  await startRun(page, project, { tensorrt: false, activations: false, model: /gigabyte v1/ });
  const runsBefore = await storedRuns();
  const frozen = await freezeAttempt();
  await page.getByTestId('run-log').getByText('Running').first().waitFor();
  await screenshot(page, '43-run-in-the-middle');
  await page.getByRole('button', { name: 'Cancel run' }).click();
  await page.getByRole('button', { name: 'Cancel the run' }).click();
  await page.getByTestId('run-log').getByText('Canceled').first().waitFor();
  await expect.poll(() => existsSync(frozen)).toBe(false);
  expect(await page.getByTestId('artifact').count()).toBe(0);
  expect(await storedRuns()).toEqual(runsBefore);

  const canceled = page.url();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.waitForURL((url) => url.href !== canceled);
  await waitForResult(page);
  const log = await page.getByTestId('run-log').textContent();
  expect(log?.match(/Succeeded/g)).toHaveLength(1);
  expect(log).not.toMatch(/Canceled/);
  await screenshot(page, '44-gigabyte-result');
});

test('the result that is downloaded is the one of the manifest, and its rows are those of the reference', async () => {
  const manifest = JSON.parse(await readFile(await download(page, 'manifest.json'), 'utf8'));
  const result = await download(page, 'quantized_model_torchao.pth');
  const [artifact] = manifest.artifacts;
  expect(artifact.sha256).toBe(await sha256Of(result));
  expect(manifest.inputs).toMatchObject([{ role: 'model', sha256: checkpoint.sha256, bytes: checkpoint.bytes }]);
  const model = await openModel({ path: result, name: artifact.name });
  try {
    for (const [layer, row] of [
      [0, 0],
      [7, 1234],
      [layers - 1, rows - 1],
    ] as const) {
      const bytes = new Uint8Array(checkpoint.row(layer, row).buffer);
      const scheme = { dtype: 'int8', rounding: 'float32', unusual: 'repair' } as const;
      const expected = quantizeWeight({ bytes, dtype: 'float32', blocks: 1, length: cols, scheme });
      expect(await readRow(model, `layers.${layer}.weight.qdata`, { row, bytes: cols })).toEqual(expected.quantized);
      const scale = await readRow(model, `layers.${layer}.weight.scale`, { row, bytes: 4 });
      expect(scale).toEqual(new Uint8Array(expected.scales.buffer));
    }
  } finally {
    await model.close();
  }
});

test('gateway and worker held no more memory for it', () => {
  const { gateway, worker } = memory.peaks();
  console.log(`most memory: gateway ${gateway} MB, worker ${worker} MB`);
  expect(gateway).toBeLessThan(400);
  expect(worker).toBeLessThan(400);
});

/** Shards of one small Linear each, their index, and a file that does not belong. */
async function writeShards(where: string, count: number): Promise<string[]> {
  await mkdir(where);
  const names = Array.from({ length: count }, (_, shard) => {
    const number = `${shard + 1}`.padStart(5, '0');
    return `model-${number}-of-${`${count}`.padStart(5, '0')}.safetensors`;
  });
  const map: Record<string, string> = {};
  for (const [shard, name] of names.entries()) {
    const tensor = `layers.${shard}.weight`;
    map[tensor] = name;
    const header = JSON.stringify({ [tensor]: { dtype: 'F32', shape: [64, 64], data_offsets: [0, 16_384] } });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const weights = new Float32Array(4_096).map((_, index) => Math.sin(index + shard));
    await writeFile(join(where, name), Buffer.concat([length, Buffer.from(header), new Uint8Array(weights.buffer)]));
  }
  const index = { metadata: { total_size: count * 16_384 }, weight_map: map };
  await writeFile(join(where, 'model.safetensors.index.json'), JSON.stringify(index));
  await writeFile(join(where, 'README.md'), '# A model in twelve files');
  return names.map((name) => join(where, name));
}

/** Stops the process of the one attempt while it writes its result, however fast it is; gives the attempt's folder. */
async function freezeAttempt(): Promise<string> {
  const worker = await pidOf(platform, 'worker');
  const scratch = join(platform.dataDir, 'scratch', `worker-${worker}`);
  const until = performance.now() + 60_000;
  let pid: number | undefined;
  while (performance.now() < until) {
    const attempt = entriesOf(scratch).find((name) => !name.startsWith('plan-'));
    pid ??= attempt === undefined ? undefined : attemptsOf(worker)[0];
    const outputs = join(scratch, attempt ?? '', 'out');
    const writing =
      attempt !== undefined && entriesOf(outputs).some((name) => entriesOf(join(outputs, name)).length > 0);
    if (pid !== undefined && writing) {
      kill(pid, 'SIGSTOP');
      return join(scratch, attempt);
    }
    await sleep(2);
  }
  throw new Error('No attempt began to write its result');
}

function entriesOf(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Everything that runs have in the artifact store. */
async function storedRuns(): Promise<readonly string[]> {
  const store = join(platform.dataDir, 'store', 'files');
  const entries = await readdir(store, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\/runs\//.test(entry.parentPath))
    .map(({ name }) => name)
    .sort();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

type Row = { readonly row: number; readonly bytes: number };

/** One row of a tensor, from where it lies in the file. */
async function readRow(
  model: Awaited<ReturnType<typeof openModel>>,
  name: string,
  { row, bytes }: Row,
): Promise<Uint8Array> {
  const tensor = model.tensors.find((candidate) => candidate.name === name);
  const extent = tensor && model.locate(tensor);
  if (!extent) throw new Error(`The result has no ${name} in one piece`);
  const file = await open(extent.path);
  try {
    const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, extent.offset + row * bytes);
    return new Uint8Array(buffer);
  } finally {
    await file.close();
  }
}
