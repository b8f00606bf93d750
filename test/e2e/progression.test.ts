import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { screenshot } from '../kit/browser.ts';
import { demoFile } from '../kit/demo-file.ts';
import { raiseStage } from '../kit/stage.ts';
import {
  addDataset,
  askGateway,
  choose,
  download,
  openProject,
  startRun,
  uploadModel,
  waitForResult,
} from './steps.ts';

/** torchao, modelopt.pytorch, modelopt.onnx: one model taken from the first to the last by clicking. */
const project = '/progressions/digits';

const stage = raiseStage({ demo: false });
let page: Page;

beforeAll(() => {
  page = stage.page;
});

const promotion = (to: string) => page.locator(`[data-testid=promotion][data-to="${to}"]`);
const lineage = () => page.getByTestId('run-lineage');

/** Clicks what starts the next step, and waits for the page of its run. */
async function take(to: string): Promise<void> {
  const before = page.url();
  await promotion(to)
    .getByRole('button', { name: `Start ${to}` })
    .click();
  await page.waitForURL((url) => url.href !== before);
  await page.getByText(`· ${to}`).first().waitFor();
}

test('weights hold with torchao, and the page of the run says what the next step takes', async () => {
  await openProject(page, { person: { name: 'Ada', email: 'ada@progressions.example' }, project });
  await page.goto(`${project}/models`);
  await uploadModel(page, 'digits-cnn.pth', 'digits-cnn.onnx');
  await page.goto(`${project}/datasets`);
  await addDataset(page, demoFile('calibration.npz').path);
  await addDataset(page, demoFile('evaluation.npz').path);
  await startRun(page, project, {
    tensorrt: false,
    activations: false,
    model: /digits-cnn v1/,
    evaluation: /evaluation/,
  });
  await waitForResult(page);
  const next = promotion('modelopt.pytorch');
  await next.getByText(/Activations are quantized as well/).waitFor();
  await next.getByText(/no run of this project has used calibration data yet/).waitFor();
  expect(await next.getByRole('button', { name: 'Start modelopt.pytorch' }).isDisabled()).toBe(true);
  await screenshot(page, '60-next-step-pytorch');
});

test('with calibration data chosen, one click starts modelopt.pytorch', async () => {
  await choose(page, 'Calibration set of the next step', /calibration/);
  await page.getByTestId('promotion-missing').waitFor({ state: 'detached' });
  await take('modelopt.pytorch');
  await waitForResult(page);
  await lineage()
    .getByRole('link', { name: /#1 torchao/ })
    .waitFor();
  await promotion('modelopt.onnx')
    .getByText(/digits-cnn\.onnx, the companion graph of digits-cnn v1/)
    .waitFor();
  await screenshot(page, '61-next-step-onnx');
});

test('one click more makes a model of the companion graph and starts modelopt.onnx', async () => {
  await take('modelopt.onnx');
  await waitForResult(page);
  expect(await lineage().getByRole('listitem').allTextContents()).toEqual([
    '#1 torchao',
    '#2 modelopt.pytorch',
    '#3 modelopt.onnx',
  ]);
  expect(await page.getByTestId('promotion').count()).toBe(0);
  await screenshot(page, '62-last-step');
  const file = await readFile(await download(page, 'quantized_model.onnx'));
  expect(file.includes('QuantizeLinear')).toBe(true);
});

test('the run is compared with the one that it came from', async () => {
  await lineage()
    .getByRole('link', { name: /Compare with #2/ })
    .click();
  const table = page.getByTestId('comparison-table');
  await table.getByText('modelopt.pytorch').first().waitFor();
  await table.getByText('modelopt.onnx').first().waitFor();
  expect(new URL(page.url()).search).toBe('?runs=2,3');
  expect(await table.getByText('High precision').count()).toBe(0);
  await table.getByRole('button', { name: /Only of modelopt\.onnx/ }).click();
  await table.getByText('High precision').waitFor();
  await screenshot(page, '63-compare-steps');
});

test('the list of runs says where each came from, and the way back leads along the steps', async () => {
  await page.goto(`${project}/runs`);
  const row = page.getByTestId('run-row').filter({ hasText: '· modelopt.pytorch' });
  await row.getByText('from #1').waitFor();
  await row.getByRole('link').first().click();
  await lineage()
    .getByRole('link', { name: /#3 modelopt\.onnx/ })
    .waitFor();
});

test('the next step can be changed first: the wizard opens with its recipe, its model and its data', async () => {
  await promotion('modelopt.onnx').getByRole('button', { name: 'Edit first' }).click();
  await page.waitForURL(/runs\/new\?promote=2&/);
  await page.getByRole('heading', { name: 'Promote run #2' }).waitFor();
  await page.getByText(/Promotes run #2, digits-cnn · modelopt\.pytorch, to modelopt\.onnx/).waitFor();
  await page.getByRole('radio', { name: 'ModelOpt, ONNX', checked: true }).waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByTestId('plan-summary').waitFor();
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL(/\/runs\/(?!new)/);
  await lineage()
    .getByRole('link', { name: /#2 modelopt\.pytorch/ })
    .waitFor();
  await page.getByRole('heading', { name: 'digits-cnn · modelopt.onnx (2)' }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`${project}/runs/4`);
});

test('an old address of a run, by its id, leads to that by its number', async () => {
  const answer = await askGateway(page, 'progressions', {
    query: '{ organization(slug: "progressions") { project(slug: "digits") { run(number: 2) { id } } } }',
  });
  await page.goto(`${project}/runs/${encodeURIComponent(answer.data.organization.project.run.id)}`);
  await page.waitForURL(`**${project}/runs/2`);
});
