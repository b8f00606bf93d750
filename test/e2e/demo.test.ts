import { kill } from 'node:process';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { screenshot } from '../kit/browser.ts';
import { pidOf } from '../kit/platform.ts';
import { raiseStage } from '../kit/stage.ts';
import { enterDemo, startRun, waitForResult } from './steps.ts';

/** What a newcomer sees first, and what happens to an open page when parts of the platform die under it. */
const project = '/demo/digits-vit';

const stage = raiseStage({ demo: true });
let page: Page;

beforeAll(() => {
  page = stage.page;
});

test('one click signs in to the demo, where each backend is at work', async () => {
  await enterDemo(page);
  for (const slug of ['digits-cnn', 'digits-vit']) {
    await page.goto(`/demo/${slug}`);
    for (const backend of ['torchao', 'modelopt.pytorch', 'modelopt.onnx'])
      await page.getByTestId('run-row').filter({ hasText: backend }).first().waitFor();
    await page.getByTestId('run-row').filter({ hasText: 'Succeeded' }).nth(2).waitFor();
  }
  await screenshot(page, '20-demo');
});

test('the gateway is killed while a page is open: it reconnects by itself and misses nothing', async () => {
  await startRun(page, project, wishes);
  kill(await pidOf(stage.platform, 'gateway'), 'SIGKILL');
  await waitForResult(page);
  const log = await page.getByTestId('run-log').textContent();
  expect(log?.match(/Succeeded/g)).toHaveLength(1);
  expect(log).toMatch(/Queued[\s\S]*Claimed[\s\S]*Running[\s\S]*Succeeded/);
  await screenshot(page, '21-after-gateway-restart');
});

test('the worker is killed in the middle of a run: another attempt ends it once', async () => {
  await startRun(page, project, wishes);
  await page.getByTestId('run-log').getByText('Running').first().waitFor();
  kill(await pidOf(stage.platform, 'worker'), 'SIGKILL');
  await page.getByText(/The worker stopped answering; the run starts again (in about \d+ s|now)\./).waitFor();
  await screenshot(page, '22-worker-silent');
  await page
    .getByText(/attempt 2, after a worker was lost|Succeeded/)
    .first()
    .waitFor();
  await waitForResult(page);
  const log = await page.getByTestId('run-log').textContent();
  expect(log?.match(/Succeeded/g)).toHaveLength(1);
  await page.getByRole('tab', { name: 'Attempts' }).click();
  await page.getByText('LOST', { exact: false }).first().waitFor();
  await screenshot(page, '22-after-worker-kill');
});

const wishes = {
  tensorrt: false,
  activations: true,
  model: /digits-vit/,
  calibration: /Calibration/,
  evaluation: /Evaluation/,
};
