import type { Locator, Page, Route } from 'playwright-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { raiseStage } from '../kit/stage.ts';
import { enterDemo } from './steps.ts';

/** The ways through the wizard that are not straight on: back, forward, reload, another project, and over again. */
const project = '/demo/digits-cnn';

const stage = raiseStage({ demo: true });
let page: Page;

beforeAll(async () => {
  page = stage.page;
  await enterDemo(page);
  for (const slug of ['digits-cnn', 'digits-vit']) {
    await page.goto(`/demo/${slug}`);
    await page.getByTestId('run-row').nth(2).waitFor();
  }
});
// A tab keeps its draft, so each test has a tab of its own.
beforeEach(async () => {
  page = await stage.context.newPage();
  return () => page.close();
});

test('the browser goes back and forward step by step, and every choice is kept', async () => {
  await toThePlan();
  await page.getByLabel('Run name').fill('There and back');
  await page.goBack();
  await expectInputs();
  await page.goBack();
  await expectRecipe();
  await page.goBack();
  await expectGoal();
  await page.goForward();
  await expectRecipe();
  await page.goForward();
  await expectInputs();
  await page.goForward();
  await page.getByTestId('plan-summary').waitFor();
  expect(await page.getByLabel('Run name').inputValue()).toBe('There and back');
});

test('a reload keeps the step and the choices', async () => {
  await toTheInputs();
  await page.reload();
  await expectInputs();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expectRecipe();
  await page.reload();
  await expectRecipe();
});

test('a draft does not show in another project, and is there on the way back', async () => {
  await toTheInputs();
  await page.goto('/demo/digits-vit/runs/new?step=inputs');
  await page.getByRole('radio', { name: /No, or not yet/ }).waitFor();
  expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
  await page.goto(`${project}/runs/new?step=inputs`);
  await expectInputs();
});

test('a draft is gone once its run was created', async () => {
  await toThePlan();
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL(/\/runs\/(?!new)/);
  expect(await page.evaluate('Object.keys(sessionStorage).join()')).not.toContain('new run');
  await page.goBack();
  await page.getByRole('radio', { name: /No, or not yet/ }).waitFor();
  expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
});

test('a number that the option does not take stays as it was written, with the reason beside it', async () => {
  await toTheRecipe();
  await field('Granularity').click();
  await page.getByRole('option', { name: 'per group' }).click();
  const size = page.getByLabel('Group size');
  for (const wrong of ['-5', '1.5', '0']) {
    await size.fill(wrong);
    await size.blur();
    await page.getByText('Write a whole number from 1 to 1,048,576.').waitFor();
    expect(await size.inputValue()).toBe(wrong);
    await page.getByText(`group_size: ${wrong}`).waitFor();
  }
  await size.fill('64');
  await page.getByText('group_size: 64').waitFor();
  expect(await page.getByText('Write a whole number').count()).toBe(0);
});

test("one's own YAML begins as the recipe that was shown", async () => {
  await toTheRecipe();
  await page.getByRole('radio', { name: 'ModelOpt, ONNX' }).click();
  await page.getByRole('radio', { name: 'Your own YAML' }).click();
  expect(await page.getByLabel('Recipe YAML').inputValue()).toContain('backend: modelopt.onnx');
});

test('starting over is asked about, and forgets the choices of the wizard only', async () => {
  await page.goto(`${project}/runs/new`);
  await page.getByRole('radio', { name: /No, or not yet/ }).waitFor();
  expect(await page.getByRole('button', { name: 'Start over' }).count()).toBe(0);
  await toTheInputs();
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.getByRole('button', { name: 'Keep them' }).click();
  await expectInputs();
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.getByRole('button', { name: 'Forget them' }).click();
  await page.getByRole('radio', { name: /No, or not yet/ }).waitFor();
  expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
  await page.reload();
  await page.getByRole('radio', { name: /No, or not yet/ }).waitFor();
  expect(await page.getByRole('radio', { checked: true }).count()).toBe(0);
});

test('while a plan is being made there is a way back', async () => {
  const held: Route[] = [];
  await onPlan((route) => void held.push(route));
  await toTheInputs();
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByRole('heading', { name: 'Planning' }).waitFor();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expectInputs();
  await Promise.all(held.map((route) => route.abort()));
});

test('a plan that could not be asked for says so, and is asked for again or left', async () => {
  let reachable = false;
  await onPlan((route) => (reachable ? route.continue() : route.abort()));
  await toTheInputs();
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByTestId('problem').getByText('The server could not be reached').waitFor();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expectInputs();
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByTestId('problem').waitFor();
  reachable = true;
  await page.getByRole('button', { name: 'Plan again' }).click();
  await page.getByTestId('plan-summary').waitFor();
});

async function toTheRecipe(): Promise<void> {
  await page.goto(`${project}/runs/new`);
  await page.getByRole('radio', { name: /No, or not yet/ }).click();
  await page.getByRole('radio', { name: /No, weights/ }).click();
  await page.getByTestId('advice').waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('region', { name: 'Options' }).waitFor();
}

async function toTheInputs(): Promise<void> {
  await toTheRecipe();
  await page.getByRole('region', { name: 'Options' }).getByText('FP8 E4M3', { exact: true }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect.poll(() => field('Evaluation set').inputValue()).toContain('Evaluation');
  await field('Evaluation set').click();
  await page.getByRole('option', { name: /^None/ }).click();
  await expectInputs();
}

async function toThePlan(): Promise<void> {
  await toTheInputs();
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByTestId('plan-summary').waitFor();
}

async function expectGoal(): Promise<void> {
  await page.getByTestId('advice').waitFor();
  expect(await page.getByRole('radio', { name: /No, or not yet/ }).isChecked()).toBe(true);
  expect(await page.getByRole('radio', { name: /No, weights/ }).isChecked()).toBe(true);
}

async function expectRecipe(): Promise<void> {
  await page.getByRole('region', { name: 'Options' }).waitFor();
  expect(await page.getByRole('radio', { name: 'torchao' }).isChecked()).toBe(true);
  expect(await page.getByRole('radio', { name: 'FP8 E4M3' }).isChecked()).toBe(true);
}

async function expectInputs(): Promise<void> {
  // The only model that fits, which was taken by itself; and no evaluation, which was chosen.
  await expect.poll(() => field('Model version').inputValue()).toContain('digits-cnn.pth');
  await expect.poll(() => field('Evaluation set').inputValue()).toContain('None');
}

function field(name: string): Locator {
  const role = { name, exact: true };
  return page.getByRole('combobox', role).or(page.getByRole('textbox', role)).first();
}

/** Between the browser and the server stands a network, which may be slow or away. */
async function onPlan(handle: (route: Route) => unknown): Promise<void> {
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('query PlanRun')) await handle(route);
    else await route.fallback();
  });
}
