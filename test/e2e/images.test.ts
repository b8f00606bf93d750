import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digitImages, writeFiles } from '#engine/inference/images/images.fixture.ts';
import { screenshot } from '../kit/browser.ts';
import { demoFile } from '../kit/demo-file.ts';
import { raiseStage } from '../kit/stage.ts';
import { writeTar } from '../kit/write-tar.ts';
import { addDataset, choose, download, openProject, takeProposal, uploadModel, waitForResult } from './steps.ts';

/** A folder of images goes up in the browser, and a run is calibrated and measured on it. */
const project = '/optics/digits';

const stage = raiseStage({ demo: false });
let page: Page;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-e2e-images-'));
  const images = await digitImages(demoFile('evaluation.npz'), 40);
  await writeFiles(join(scratch, 'digits'), { ...images, 'notes.txt': 'Not an image.' });
  const tar = writeTar(Object.entries(images).map(([name, content]) => ({ name: `./${name}`, content })));
  await writeFile(join(scratch, 'packed.tar.gz'), gzipSync(tar));
  await writeFiles(join(scratch, 'fakes'), { 'a.png': '<svg xmlns="http://www.w3.org/2000/svg"/>' });
  page = stage.page;
  await openProject(page, { person: { name: 'Ibn al-Haytham', email: 'ibn@example.com' }, project });
});
afterAll(() => rm(scratch, { recursive: true }));

test('a folder of 40 images becomes a dataset with its preprocessing and its classes', async () => {
  await page.goto(`${project}/models`);
  await uploadModel(page, 'digits-cnn.onnx');

  await page.goto(`${project}/datasets`);
  await page.getByRole('button', { name: 'Upload dataset' }).first().click();
  await page.getByLabel('Choose a folder of images').setInputFiles(join(scratch, 'digits'));
  await page
    .getByTestId('image-folder')
    .getByText(/40 images.*1 other file will be left out/)
    .waitFor();
  await page.getByLabel('Resize').fill('none of that');
  await page.getByText('A length for the shorter side, or HEIGHT×WIDTH').waitFor();
  await page.getByLabel('Resize').fill('28×28');
  await page.getByLabel('Mean').fill('0.1307');
  await page.getByLabel('Standard deviation').fill('0.3081');
  await page.getByLabel('Color', { exact: true }).selectOption('gray');
  await page.getByRole('group', { name: 'Preview' }).getByRole('img').nth(3).waitFor();
  await screenshot(page, 'images-1-preprocessing');
  await page.getByRole('button', { name: 'Upload 40 images' }).click();
  await page.locator('[data-testid=upload][data-phase=done]').waitFor();
  await page.getByRole('button', { name: 'Add dataset' }).click();
  const card = page.getByTestId('dataset-card').filter({ hasText: 'digits' });
  await card.getByText(/40 samples/).waitFor();
  await card.getByText(/10 folders, a class each: 0, 1, 2/).waitFor();
  await card.getByText('resize: [28, 28], color: gray, mean: [0.1307], std: [0.3081]').waitFor();
  await screenshot(page, 'images-2-dataset');
});

test('a run of modelopt.onnx is calibrated and measured on it; the manifest says how', async () => {
  await page.goto(`${project}/runs/new`);
  await page.getByRole('radio', { name: /Yes, TensorRT/ }).click();
  await takeProposal(page);
  await choose(page, 'Model version', /digits-cnn/);
  await choose(page, 'Calibration set', /digits/);
  await choose(page, 'Evaluation set', /digits/);
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByTestId('plan-summary').waitFor();
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL(/\/runs\/(?!new)/);
  await waitForResult(page);
  await screenshot(page, 'images-3-result');
  const { calibration, results } = JSON.parse(await readFile(await download(page, 'manifest.json'), 'utf8'));
  expect(calibration).toMatchObject({ samples: 40, preprocess: { resize: [28, 28], color: 'gray', mean: [0.1307] } });
  expect(calibration.ids[0]).toMatch(/^0\/\d{4}\.png$/);
  expect(results.evaluation.float).toEqual({ correct: expect.any(Number), total: 40 });
  expect(results.evaluation.float.correct).toBeGreaterThanOrEqual(38);
});

test('the same images in a .tar.gz are a dataset too', async () => {
  await page.goto(`${project}/datasets`);
  const card = await addDataset(page, join(scratch, 'packed.tar.gz'));
  await card.getByText(/40 samples/).waitFor();
  await card.getByText(/10 folders, a class each: 0, 1, 2/).waitFor();
});

test('a folder of what only looks like images is refused in a sentence', async () => {
  await page.goto(`${project}/datasets`);
  await page.getByRole('button', { name: 'Upload dataset' }).first().click();
  await page.getByLabel('Choose a folder of images').setInputFiles(join(scratch, 'fakes'));
  await page.getByText('a.png cannot be shown: it may be damaged').waitFor();
  await page.getByRole('button', { name: 'Upload 1 image' }).click();
  await page.locator('[data-testid=upload][data-phase=done]').waitFor();
  await page.getByRole('button', { name: 'Add dataset' }).click();
  await page.getByText('a.png in fakes.zip is an SVG; images are read from JPEG, PNG and WebP.').waitFor();
});
