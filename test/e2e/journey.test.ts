import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openContext, screenshot } from '../kit/browser.ts';
import { demoFile } from '../kit/demo-file.ts';
import { type Platform, startPlatform } from '../kit/platform.ts';

/** One person's way through the product, in a real browser on the real platform. The steps build on each other. */
let platform: Platform;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [platform, browser] = await Promise.all([startPlatform({ demo: false }), launchBrowser()]);
  context = await openContext(browser, platform.url);
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
});
afterAll(async () => {
  await browser?.close();
  await platform?.stop();
});

test('someone new signs up and creates an organization and a project', async () => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Sign in' }).first().waitFor();
  await screenshot(page, '01-landing');
  await page.goto('/sign-up');
  await page.getByLabel('Name').fill('Ada Lovelace');
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill('a long enough password');
  await page.getByRole('button', { name: 'Create account' }).click();
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
  await page.goto('/analytical-engines/digits/models');
  await uploadModel('digits-cnn.pth', 'digits-cnn.onnx');
  await page.goto('/analytical-engines/digits/models');
  await uploadModel('digits-vit.onnx');
  await screenshot(page, '04-model');
  await page.goto('/analytical-engines/digits/datasets');
  await uploadDataset('calibration.npz');
  await uploadDataset('evaluation.npz');
  await screenshot(page, '05-datasets');
});

test('a file that is not a model is refused in a sentence', async () => {
  await page.goto('/analytical-engines/digits/models');
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
  await startRun({ tensorrt: false, activations: false, model: /digits-cnn v1/, evaluation: /evaluation/ });
  await screenshot(page, '08-live-run');
  await waitForResult();
  await screenshot(page, '09-result');
  expect(await page.getByText('99.26').count()).toBeGreaterThan(0);
});

test('a reload in the middle of a run misses nothing', async () => {
  await startRun({ tensorrt: true, model: /digits-vit v1/, calibration: /calibration/, evaluation: /evaluation/ });
  await page.reload();
  await waitForResult();
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

test('two runs are compared side by side', async () => {
  await page.goto('/analytical-engines/digits/runs');
  await page.getByLabel('Select run 1').check();
  await page.getByLabel('Select run 2').check();
  await page.getByRole('link', { name: 'Compare' }).click();
  await page.getByTestId('comparison-table').waitFor();
  await page.getByTestId('comparison-table').getByText('modelopt.onnx').first().waitFor();
  await screenshot(page, '11-comparison');
});

test('someone else sees nothing of it', async () => {
  const stranger = await openContext(browser, platform.url);
  const other = await stranger.newPage();
  await other.goto('/sign-up');
  await other.getByLabel('Name').fill('Mallory');
  await other.getByLabel('E-mail').fill('mallory@example.com');
  await other.getByRole('textbox', { name: 'Password' }).fill('another long password');
  await other.getByRole('button', { name: 'Create account' }).click();
  await other.waitForURL('**/new-organization');
  await other.goto('/analytical-engines/digits');
  await other.locator('[data-testid=not-found-state], [data-testid=forbidden-state]').first().waitFor();
  await screenshot(other, '12-stranger');
  await stranger.close();
});

async function uploadModel(file: string, graph?: string): Promise<void> {
  await page.getByRole('button', { name: 'Upload model' }).first().click();
  await page.getByLabel('Choose a model file').setInputFiles(demoFile(file).path);
  if (graph) await page.getByLabel('Choose a companion graph').setInputFiles(demoFile(graph).path);
  await page
    .locator('[data-testid=upload][data-phase=done]')
    .nth(graph ? 1 : 0)
    .waitFor();
  await page.getByRole('button', { name: 'Add model' }).click();
  await page.waitForURL('**/models/*');
  await page.getByText('ready to quantize').waitFor();
}

async function uploadDataset(file: string): Promise<void> {
  const name = file.replace('.npz', '');
  await page.getByRole('button', { name: 'Upload dataset' }).first().click();
  await page.getByLabel('Choose a dataset file').setInputFiles(demoFile(file).path);
  await page.locator('[data-testid=upload][data-phase=done]').first().waitFor();
  await page.getByRole('button', { name: 'Add dataset' }).click();
  await page
    .getByTestId('dataset-card')
    .filter({ hasText: name })
    .getByText(/samples/)
    .first()
    .waitFor();
}

type Wishes = {
  readonly tensorrt: boolean;
  readonly activations?: boolean;
  readonly model: RegExp;
  readonly calibration?: RegExp;
  readonly evaluation: RegExp;
};

async function startRun({ tensorrt, activations, model, calibration, evaluation }: Wishes): Promise<void> {
  await page.goto('/analytical-engines/digits/runs/new');
  await page.getByRole('radio', { name: tensorrt ? /Yes, TensorRT/ : /No, or not yet/ }).click();
  if (activations !== undefined)
    await page.getByRole('radio', { name: activations ? /Yes, weights and/ : /No, weights/ }).click();
  await page.getByTestId('advice').waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await choose('Model version', model);
  if (calibration) await choose('Calibration set', calibration);
  await choose('Evaluation set', evaluation);
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByTestId('plan-summary').waitFor();
  await screenshot(page, tensorrt ? '07-plan-onnx' : '07-plan');
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL(/\/runs\/(?!new)/);
  await page.getByTestId('run-state').first().waitFor();
}

async function choose(label: string, option: RegExp): Promise<void> {
  await page
    .getByRole('combobox', { name: label })
    .or(page.getByRole('textbox', { name: label }))
    .first()
    .click();
  await page.getByRole('option', { name: option }).first().click();
}

async function waitForResult(): Promise<void> {
  await page.getByTestId('artifact').first().waitFor({ timeout: 180_000 });
}
