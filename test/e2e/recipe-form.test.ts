import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { screenshot } from '../kit/browser.ts';
import { raiseStage } from '../kit/stage.ts';
import { choose, enterDemo } from './steps.ts';

/** The options of modelopt.onnx as a form: what is chosen there is the YAML, under ModelOpt's names, and the plan follows it. */
const project = '/demo/digits-cnn';

const stage = raiseStage({ demo: true });
let page: Page;

beforeAll(async () => {
  page = stage.page;
  await enterDemo(page);
  await page.goto(project);
  await page.getByTestId('run-row').nth(2).waitFor();
});

test('the usual options are in sight, the others in groups that open', async () => {
  await page.goto(`${project}/runs/new`);
  await page.getByRole('radio', { name: /Yes, TensorRT/ }).click();
  await page.getByTestId('advice').waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('region', { name: 'Options' }).waitFor();
  for (const title of ['Placement', 'Attention', 'Calibration', 'Graph', 'Exactness'])
    expect(await group(title).getAttribute('aria-expanded')).toBe('false');
  await page.getByRole('switch', { name: 'Folded weights' }).waitFor();
  expect(await page.getByRole('combobox', { name: 'Without these nodes' }).isVisible()).toBe(false);
  await group('Placement').click();
  await page.getByRole('combobox', { name: 'Without these nodes' }).waitFor();
});

test('an algorithm brings its own option along, and takes it away', async () => {
  await page.getByRole('radio', { name: 'Percentile' }).click();
  const share = page.getByRole('textbox', { name: 'Percentile' });
  await share.fill('101');
  await page.getByText('Write a number from 50 to 100.').waitFor();
  await share.fill('99.9');
  await expectYaml(/algorithm: percentile\n(?:.*\n)* +percentile: 99\.9\n/);
  await page.getByRole('radio', { name: 'Entropy' }).click();
  await expectYaml(/algorithm: entropy\n$/);
  expect(await share.count()).toBe(0);
});

test('FP8 without the first layers is written in the words of ModelOpt, and planned', async () => {
  await page.getByRole('region', { name: 'Options' }).getByText('FP8', { exact: true }).click();
  const without = page.getByRole('combobox', { name: 'Without these nodes' });
  await without.fill('/layer1/.{1,20}');
  await without.press('Enter');
  await page.getByRole('switch', { name: 'Folded weights' }).press('Space');
  await group('Graph').click();
  await page.getByLabel('Opset', { exact: true }).fill('40');
  await page.getByText('Write a whole number from 1 to 23.').waitFor();
  await page.getByLabel('Opset', { exact: true }).fill('21');
  await page.getByLabel('Fixed shapes').fill('input');
  await page.getByText('Write it as in x:1x3x224x224.').waitFor();
  await page.getByLabel('Fixed shapes').fill('');
  await expectYaml(
    /algorithm: entropy\n {2}backend_kwargs:\n {4}quantize_mode: fp8\n {4}nodes_to_exclude:\n {6}- \/layer1\/\.\{1,20\}\n {4}dq_only: true\n {4}opset: 21\n$/,
  );
  await screenshot(page, '13-recipe-form');
  await page.getByRole('button', { name: 'Continue' }).click();
  await choose(page, 'Model version', /digits-cnn\.onnx/);
  await choose(page, 'Calibration set', /calibration/i);
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByTestId('plan-summary').waitFor();
  await seen(page, 'nodes_to_exclude has /layer1/.{1,20}').waitFor();
  await seen(page, 'fp8_e4m3fn').waitFor();
  await screenshot(page, '14-recipe-form-plan');
});

test('a recipe that says something of a group has it open', async () => {
  await page.goBack();
  await page.goBack();
  await page.getByRole('region', { name: 'Options' }).waitFor();
  expect(await group('Placement').getAttribute('aria-expanded')).toBe('true');
  expect(await group('Attention').getAttribute('aria-expanded')).toBe('false');
  expect(await page.getByRole('region', { name: 'Options' }).getByText('1 set').count()).toBe(2);
});

test('with random calibration data a plan needs no calibration set', async () => {
  await group('Calibration').click();
  await page.getByRole('switch', { name: 'Random calibration data' }).press('Space');
  await page.getByRole('button', { name: 'Continue' }).click();
  await choose(page, 'Calibration set', /None: ranges of noise/);
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByTestId('plan-summary').waitFor();
});

function group(title: string) {
  return page.getByRole('button', { name: new RegExp(`^${title}`) });
}

/** A table says things once more for narrow screens. */
function seen(on: Page, text: string) {
  return on.getByText(text).filter({ visible: true }).first();
}

async function expectYaml(yaml: RegExp): Promise<void> {
  await expect.poll(() => page.getByRole('figure', { name: 'Recipe' }).locator('code').textContent()).toMatch(yaml);
}
