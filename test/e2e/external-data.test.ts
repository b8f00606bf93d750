import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNpz } from '#engine/formats/npz/open.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { screenshot } from '../kit/browser.ts';
import { raiseStage } from '../kit/stage.ts';
import { writeNpy } from '../kit/write-npz.ts';
import { addDataset, download, openProject, startRun, waitForResult } from './steps.ts';

/** An .onnx whose weights lie in a file beside it goes up as one model, and is quantized on the one array of a .npy. */
const project = '/two-parts/external';
const zoo = fileURLToPath(new URL('../fixtures/onnx-zoo/', import.meta.url));

const stage = raiseStage({ demo: false });
let page: Page;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-e2e-external-'));
  const npz = await openNpz(join(zoo, 'external.npz'), 'external.npz');
  const values = new Float32Array((await npz.readRows('x', 0, 16)).buffer);
  await npz.close();
  await writeFile(join(scratch, 'samples.npy'), writeNpy({ name: '', shape: [16, 3, 12, 12], values }));
  page = stage.page;
  await openProject(page, { person: { name: 'Emmy Noether', email: 'emmy@example.com' }, project });
});
afterAll(() => rm(scratch, { recursive: true }));

test('a graph asks for the file with its weights, and both are one model', async () => {
  await page.goto(`${project}/models`);
  await page.getByRole('button', { name: 'Upload model' }).first().click();
  await page.getByLabel('Choose a model file').setInputFiles(join(zoo, 'external.onnx'));
  await page.getByText('1 data file of the graph missing').waitFor();
  await page.getByText('external.onnx.data', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Add model' }).isDisabled()).toBe(true);
  await screenshot(page, 'external-1-missing');
  await page.getByLabel('Choose the missing data files').setInputFiles(join(zoo, 'external.onnx.data'));
  await page.getByTestId('upload-overall').getByText('2 of 2 files uploaded').waitFor();
  await page.getByRole('button', { name: 'Add model' }).click();
  await page.getByText('ready to quantize').waitFor();
  await page.getByTestId('version-parts').getByText('1 data file', { exact: true }).waitFor();
  await screenshot(page, 'external-2-model');
});

test('modelopt.onnx quantizes it to the end; its result is a model that stands alone', async () => {
  await page.goto(`${project}/datasets`);
  const card = await addDataset(page, join(scratch, 'samples.npy'));
  await card.getByText('For a model with one input').waitFor();
  await screenshot(page, 'external-3-dataset');
  await startRun(page, project, { tensorrt: true, model: /external v1/, calibration: /samples v1/ });
  await waitForResult(page);
  await screenshot(page, 'external-4-result');
  const manifest = JSON.parse(await readFile(await download(page, 'manifest.json'), 'utf8'));
  expect(manifest.calibration).toMatchObject({ samples: 16 });
  const path = await download(page, 'quantized_model.onnx');
  const { nodes, initializers } = (await readOnnxModel({ path, name: 'quantized_model.onnx' })).graph;
  expect(nodes.filter(({ op }) => op === 'QuantizeLinear').length).toBeGreaterThan(3);
  expect(initializers.length).toBeGreaterThan(8);
});
