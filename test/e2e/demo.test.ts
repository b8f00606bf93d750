import { kill } from 'node:process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openContext, screenshot } from '../kit/browser.ts';
import { type Platform, pidOf, startPlatform } from '../kit/platform.ts';
import { startRun, waitForResult } from './steps.ts';

/** What a newcomer sees first, and what happens to an open page when parts of the platform die under it. */
const project = '/demo/digits-vit';

let platform: Platform;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  // The browser first: a platform that came up beside a browser that did not would be left running.
  browser = await launchBrowser();
  platform = await startPlatform({ demo: true });
  page = await (await openContext(browser, platform.url)).newPage();
  page.setDefaultTimeout(90_000);
});
afterAll(async () => {
  await browser?.close();
  await platform?.stop();
});

test('one click signs in to the demo, where each backend is at work', async () => {
  await page.goto('/');
  await page.getByRole('button', { name: /demo/i }).first().click();
  await page.waitForURL('**/demo');
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
  kill(await pidOf(platform, 'gateway'), 'SIGKILL');
  await waitForResult(page);
  const log = await page.getByTestId('run-log').textContent();
  expect(log?.match(/Succeeded/g)).toHaveLength(1);
  expect(log).toMatch(/Queued[\s\S]*Claimed[\s\S]*Running[\s\S]*Succeeded/);
  await screenshot(page, '21-after-gateway-restart');
});

test('the worker is killed in the middle of a run: another attempt ends it once', async () => {
  await startRun(page, project, wishes);
  await page.getByTestId('run-log').getByText('Running').first().waitFor();
  kill(await pidOf(platform, 'worker'), 'SIGKILL');
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
