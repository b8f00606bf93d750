import { basename } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { screenshot } from '../kit/browser.ts';
import { demoFile } from '../kit/demo-file.ts';

export type Person = { readonly name: string; readonly email: string };

/** Fills the form of the sign-up page, and waits until it is left. */
export async function signUp(page: Page, { name, email }: Person): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill('a long enough password');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-up');
}

/** Signs somebody new up, who creates the organization and the project of a path such as `/difference-engines/digits`. */
export async function openProject(
  page: Page,
  { person, project }: { readonly person: Person; readonly project: string },
): Promise<void> {
  const [organization = '', name = ''] = project.slice(1).split('/');
  await page.goto('/sign-up');
  await signUp(page, person);
  await page.getByLabel('Organization name').fill(organization);
  await page.getByRole('button', { name: 'Create organization' }).click();
  await page.waitForURL(`**/${organization}`);
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Project name').fill(name);
  await page.getByRole('button', { name: 'Create project' }).click();
  await page.waitForURL(`**${project}`);
}

/** The one click that signs in to the demo. */
export async function enterDemo(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: /demo/i }).first().click();
  await page.waitForURL('**/demo');
}

export type Operation = { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> };

/** What the dashboard has no way to ask for, with the session of the person on the page. */
export async function askGateway(page: Page, organization: string, operation: Operation) {
  const response = await page.request.post('/graphql', {
    data: operation,
    headers: { 'x-zeropoint-organization': organization, origin: new URL(page.url()).origin },
  });
  return response.json();
}

export async function uploadModel(page: Page, file: string, graph?: string): Promise<void> {
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

/** On the page of datasets: uploads a file, and waits until its samples are counted on its card. */
export async function addDataset(page: Page, path: string): Promise<Locator> {
  const [name = ''] = basename(path).split('.');
  await page.getByRole('button', { name: 'Upload dataset' }).first().click();
  await page.getByLabel('Choose a dataset file').setInputFiles(path);
  await page.locator('[data-testid=upload][data-phase=done]').first().waitFor();
  await page.getByRole('button', { name: 'Add dataset' }).click();
  const card = page.getByTestId('dataset-card').filter({ has: page.getByText(name, { exact: true }) });
  await card
    .getByText(/\d samples/)
    .first()
    .waitFor();
  return card;
}

export type Wishes = {
  readonly tensorrt: boolean;
  readonly activations?: boolean;
  readonly model: RegExp;
  readonly calibration?: RegExp;
  readonly evaluation?: RegExp;
};

export async function startRun(
  page: Page,
  project: string,
  { tensorrt, activations, model, calibration, evaluation }: Wishes,
): Promise<void> {
  await page.goto(`${project}/runs/new`);
  await page.getByRole('radio', { name: tensorrt ? /Yes, TensorRT/ : /No, or not yet/ }).click();
  if (activations !== undefined)
    await page.getByRole('radio', { name: activations ? /Yes, weights and/ : /No, weights/ }).click();
  await takeProposal(page);
  await choose(page, 'Model version', model);
  if (calibration) await choose(page, 'Calibration set', calibration);
  if (evaluation) await choose(page, 'Evaluation set', evaluation);
  await page.getByRole('button', { name: 'See the plan' }).click();
  await page.getByTestId('plan-summary').waitFor();
  await screenshot(page, tensorrt ? '07-plan-onnx' : '07-plan');
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL(/\/runs\/(?!new)/);
  await page.getByTestId('run-state').first().waitFor();
}

/** From the answered questions to the choice of inputs, with the recipe as it is proposed. */
export async function takeProposal(page: Page): Promise<void> {
  await page.getByTestId('advice').waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
  // Both steps have a button of that name, and the first is there until the second is drawn.
  await page.getByRole('region', { name: 'Recipe', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Continue' }).click();
}

export async function choose(page: Page, label: string, option: RegExp): Promise<void> {
  await page
    .getByRole('combobox', { name: label })
    .or(page.getByRole('textbox', { name: label }))
    .first()
    .click();
  await page.getByRole('option', { name: option }).first().click();
}

/** An artifact of the run on the page, by its link; gives the path of the file. */
export async function download(page: Page, name: string): Promise<string> {
  const artifact = page.getByTestId('artifact').filter({ hasText: name });
  const [downloaded] = await Promise.all([
    page.waitForEvent('download'),
    artifact.getByRole('link', { name: /Download/ }).click(),
  ]);
  return downloaded.path();
}

export async function waitForResult(page: Page): Promise<void> {
  await page.getByTestId('artifact').first().waitFor();
}
