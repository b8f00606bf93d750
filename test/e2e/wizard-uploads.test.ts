import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoFile } from '../kit/demo-file.ts';
import { raiseStage } from '../kit/stage.ts';
import { choose, openProject, uploadModel } from './steps.ts';

/** What is uploaded from within the wizard: each dataset goes to its slot, and a version that mends a plan is found. */
const project = '/difference-engines/digits';

const stage = raiseStage({ demo: false });
let page: Page;
let scratch: string;

beforeAll(async () => {
  page = stage.page;
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-wizard-'));
  await copyFile(demoFile('calibration.npz').path, join(scratch, 'unlabelled.npz'));
  await openProject(page, { person: { name: 'Ada', email: 'ada@uploads.test' }, project });
  await page.goto(`${project}/models`);
  await uploadModel(page, 'digits-cnn.pth', 'digits-vit.onnx');
});
afterAll(() => rm(scratch, { recursive: true }));

test('a preset that decides the algorithm shows it, and leaves no other to choose', async () => {
  await page.goto(`${project}/runs/new`);
  await page.getByRole('radio', { name: /No, or not yet/ }).click();
  await page.getByRole('radio', { name: /Yes, weights and/ }).click();
  await page.getByTestId('advice').waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await choose(page, 'Preset', /INT8_SMOOTHQUANT_CFG/);
  await page.getByText('The preset decides this.').waitFor();
  const smooth = page.getByRole('radio', { name: 'SmoothQuant' });
  expect([await smooth.isChecked(), await smooth.isDisabled()]).toEqual([true, true]);
  await choose(page, 'Preset', /INT8_DEFAULT_CFG/);
  await expect.poll(() => page.getByRole('radio', { name: 'Maximum' }).isChecked()).toBe(true);
  await page.getByRole('button', { name: 'Continue' }).click();
});

test('an uploaded dataset goes to the slot it was uploaded for, and one without labels never to the evaluation', async () => {
  await upload('calibration', demoFile('calibration.npz').path);
  await upload('evaluation', demoFile('evaluation.npz').path);
  await expectSlots();
  await upload('evaluation', join(scratch, 'unlabelled.npz'));
  await page.getByText('The uploaded dataset was not chosen: unlabelled (has no labels).').waitFor();
  await expectSlots();
});

test('a plan that needs another companion leads to an upload of it, and the run goes on where it was', async () => {
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByText('This run would fail').waitFor();
  await page.getByRole('link', { name: 'Upload another version of this model' }).click();
  await page.getByLabel('Choose a model file').setInputFiles(demoFile('digits-cnn.pth').path);
  await page.getByLabel('Choose a companion graph').setInputFiles(demoFile('digits-cnn.onnx').path);
  await page.locator('[data-testid=upload][data-phase=done]').nth(1).waitFor();
  await page.getByRole('button', { name: 'Add version' }).click();
  await page.getByText('Version 2 · ready to quantize').waitFor();
  await page.getByRole('link', { name: 'Back to the new run' }).click();
  await expectSlots();
  await choose(page, 'Model version', /v2/);
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByTestId('plan-summary').waitFor();
});

async function upload(slot: string, path: string): Promise<void> {
  await page.getByRole('button', { name: `Upload ${slot} set` }).click();
  await page.getByLabel('Choose a dataset file').setInputFiles(path);
  await page.locator('[data-testid=upload][data-phase=done]').waitFor();
  await page.getByRole('button', { name: 'Add dataset' }).click();
  await page.getByRole('button', { name: 'Add dataset' }).waitFor({ state: 'detached' });
}

async function expectSlots(): Promise<void> {
  await expect.poll(() => field('Calibration set').inputValue(), { timeout: 20_000 }).toMatch(/^calibration v1/);
  await expect.poll(() => field('Evaluation set').inputValue(), { timeout: 20_000 }).toMatch(/^evaluation v1/);
}

function field(name: string): Locator {
  const role = { name };
  return page.getByRole('combobox', role).or(page.getByRole('textbox', role)).first();
}
