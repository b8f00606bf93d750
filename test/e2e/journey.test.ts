import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { screenshot } from '../kit/browser.ts';
import { demoFile } from '../kit/demo-file.ts';
import { raiseStage } from '../kit/stage.ts';
import { addDataset, signUp, startRun, uploadModel, waitForResult } from './steps.ts';

/** One person's way through the product, in a real browser on the real platform. The steps build on each other. */
const project = '/analytical-engines/digits';

const stage = raiseStage({ demo: false });
let page: Page;

beforeAll(() => {
  page = stage.page;
});

test('someone new signs up and creates an organization and a project', async () => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
  await screenshot(page, '01-landing');
  await page.goto('/sign-up');
  await signUp(page, { name: 'Ada Lovelace', email: 'ada@example.com' });
  await page.waitForURL('**/new-organization');
  await page.getByLabel('Organization name').fill('Analytical Engines');
  await page.getByRole('button', { name: 'Create organization' }).click();
  await page.waitForURL('**/analytical-engines');
  await page.getByRole('button', { name: 'New project' }).first().waitFor();
  await screenshot(page, '02-organization');
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Project name').fill('Digits');
  await page.getByRole('button', { name: 'Create project' }).click();
  await page.waitForURL('**/analytical-engines/digits');
  await page.getByRole('heading', { name: 'Digits', exact: true }).waitFor();
  await screenshot(page, '03-project');
});

test('uploads a checkpoint with its companion graph, an ONNX model and two datasets', async () => {
  await page.goto(`${project}/models`);
  await uploadModel(page, 'digits-cnn.pth', 'digits-cnn.onnx');
  await page.goto(`${project}/models`);
  await uploadModel(page, 'digits-vit.onnx');
  await screenshot(page, '04-model');
  await page.goto(`${project}/datasets`);
  await addDataset(page, demoFile('calibration.npz').path);
  await addDataset(page, demoFile('evaluation.npz').path);
  await screenshot(page, '05-datasets');
});

test('a dialog that has files asks before it closes', async () => {
  await page.goto(`${project}/models`);
  await page.getByRole('button', { name: 'Upload model' }).first().click();
  await page.getByLabel('Choose a model file').setInputFiles(demoFile('digits-vit.onnx').path);
  await page.locator('[data-testid=upload][data-phase=done]').waitFor();
  await page.keyboard.press('Escape');
  const stay = page.getByRole('button', { name: 'Stay here' });
  await expect.poll(() => stay.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true);
  await page.keyboard.press('Escape');
  await stay.waitFor({ state: 'hidden' });
  expect(await page.getByTestId('upload').count()).toBe(1);
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('button', { name: 'Close anyway' }).click();
  await page.getByTestId('upload').waitFor({ state: 'detached' });
});

test('a file that is not a model is refused in a sentence', async () => {
  await page.goto(`${project}/models`);
  await page.getByRole('button', { name: 'Upload model' }).first().click();
  await page.getByLabel('Choose a model file').setInputFiles({
    name: 'notes.pth',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('These are notes, not a model.\n'.repeat(40)),
  });
  await page.locator('[data-testid=upload][data-phase=done]').first().waitFor();
  await page.getByRole('button', { name: 'Add model' }).click();
  await page.waitForURL('**/models/*');
  await page
    .getByText(/notes\.pth .* is neither a \.pth nor any other model format/)
    .first()
    .waitFor();
  await screenshot(page, '06-not-a-model');
});

test('the wizard proposes torchao, shows the plan, and the run is watched live to its result', async () => {
  await startRun(page, project, {
    tensorrt: false,
    activations: false,
    model: /digits-cnn v1/,
    evaluation: /evaluation/,
  });
  await screenshot(page, '08-live-run');
  await waitForResult(page);
  await screenshot(page, '09-result');
  expect(await page.getByText('99.26').count()).toBeGreaterThan(0);
});

test('a reload in the middle of a run misses nothing', async () => {
  await startRun(page, project, {
    tensorrt: true,
    model: /digits-vit v1/,
    calibration: /calibration/,
    evaluation: /evaluation/,
  });
  await page.reload();
  await waitForResult(page);
  await screenshot(page, '10-onnx-result');
  await page.getByTestId('run-log').first().waitFor();
});

test('the artifact that is downloaded has the digest the page shows', async () => {
  const artifact = page.getByTestId('artifact').filter({ hasText: 'quantized_model.onnx' });
  const sha256 = (await artifact.getByTestId('artifact-sha256').textContent())?.trim();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    artifact.getByRole('link', { name: /Download/ }).click(),
  ]);
  const bytes = await readFile(await download.path());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  expect(download.suggestedFilename()).toBe('quantized_model.onnx');
});

test('the list of runs and the page of a run say the same of the time it took', async () => {
  await page.goto(`${project}/runs`);
  const row = page.getByTestId('run-row').filter({ hasText: 'modelopt.onnx' });
  const took = await row.getByTestId('took').textContent();
  expect(took).toMatch(/\d s$/);
  await row.getByRole('link').first().click();
  await page
    .getByTestId('run-outcome')
    .getByTestId('took')
    .getByText(took ?? '', { exact: true })
    .waitFor();
});

test('two runs are compared side by side', async () => {
  await page.goto(`${project}/runs`);
  await page.getByLabel('Select run 1').check();
  await page.getByLabel('Select run 2').check();
  await page.getByRole('link', { name: 'Compare' }).click();
  await page.getByTestId('comparison-table').waitFor();
  await page.getByTestId('comparison-table').getByText('modelopt.onnx').first().waitFor();
  await screenshot(page, '11-comparison');
});

test('someone else sees nothing of it', async () => {
  const stranger = await stage.openContext();
  const other = await stranger.newPage();
  await other.goto('/sign-up');
  await signUp(other, { name: 'Mallory', email: 'mallory@example.com' });
  await other.waitForURL('**/new-organization');
  await other.goto('/analytical-engines/digits');
  await other.locator('[data-testid=not-found-state], [data-testid=forbidden-state]').first().waitFor();
  await screenshot(other, '12-stranger');
  await stranger.close();
});
