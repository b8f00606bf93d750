import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { screenshot } from '../kit/browser.ts';
import { raiseStage } from '../kit/stage.ts';
import { askGateway, openProject, signUp, uploadModel } from './steps.ts';

/** Two people in one organization, the second as a viewer, and a run that fails. The steps build on each other. */
const organization = 'difference-engines';
const project = `/${organization}/digits`;

const stage = raiseStage({ demo: false });
let owner: Page;
let viewer: Page;
let invitation: string;

beforeAll(async () => {
  owner = stage.page;
  viewer = await (await stage.openContext()).newPage();
});

test('an owner invites a colleague as a viewer and gets a link to send', async () => {
  await openProject(owner, { person: { name: 'Charles Babbage', email: 'charles@example.com' }, project });
  await owner.goto(`/${organization}`);
  await owner.getByRole('button', { name: 'Invite' }).click();
  await owner.getByLabel('E-mail').fill('ada@example.com');
  await owner.getByRole('combobox', { name: 'Role' }).click();
  await owner.getByRole('option', { name: 'Viewer' }).click();
  await owner.getByRole('button', { name: 'Create invitation' }).click();
  invitation = (await owner.getByRole('figure', { name: 'Invitation link' }).textContent()) ?? '';
  expect(invitation).toMatch(/\/invitations\/./);
  await screenshot(owner, '30-invitation-link');
  await owner.getByRole('button', { name: 'Done' }).click();
  await owner.getByText('ada@example.com', { exact: true }).waitFor();
});

test('the link leads someone without an account through signing up into the organization', async () => {
  await viewer.goto(invitation);
  await viewer.getByRole('link', { name: 'Create an account' }).click();
  await viewer.waitForURL('**/sign-up?next=*');
  await signUp(viewer, { name: 'Ada Lovelace', email: 'ada@example.com' });
  await viewer.getByRole('button', { name: 'Accept the invitation' }).waitFor();
  await screenshot(viewer, '31-invitation');
  await viewer.getByRole('button', { name: 'Accept the invitation' }).click();
  await viewer.waitForURL(`**/${organization}`);
  await viewer.getByText('Viewer · ada@example.com').waitFor();
});

test('a viewer finds nothing to upload or start, and is told so at an address that would', async () => {
  for (const page of ['', '/runs', '/models', '/datasets']) {
    await viewer.goto(project + page);
    await viewer.getByTestId('empty-state').waitFor();
    expect(await viewer.getByRole('button', { name: /Upload|Invite|New project/ }).count(), page).toBe(0);
    expect(await viewer.getByRole('link', { name: /New run|first run|Upload/ }).count(), page).toBe(0);
  }
  await viewer.goto(`${project}/runs/new`);
  await viewer.getByTestId('forbidden-state').getByText('look and download, not start runs').waitFor();
  await screenshot(viewer, '32-viewer-forbidden');
});

test('a rule that matches no layer is refused by the plan, with a way back to the recipe', async () => {
  await owner.goto(`${project}/models`);
  await uploadModel(owner, 'digits-cnn.pth');
  await owner.getByRole('link', { name: 'Quantize' }).click();
  await owner.getByRole('radio', { name: /No, or not yet/ }).click();
  await owner.getByRole('radio', { name: /No, weights/ }).click();
  await owner.getByTestId('advice').waitFor();
  await owner.getByRole('button', { name: 'Continue' }).click();
  await owner.getByRole('radio', { name: 'Your own YAML' }).click();
  await owner.getByLabel('Recipe YAML').fill(matchingNothing);
  await owner.getByRole('button', { name: 'Continue' }).click();
  await owner.getByRole('button', { name: 'See the plan' }).click();
  await owner.getByTestId('problem').getByText(sentence).waitFor();
  await screenshot(owner, '33-plan-refused');
  await owner.getByRole('button', { name: 'Change the recipe' }).click();
  expect(await owner.getByLabel('Recipe YAML').inputValue()).toBe(matchingNothing);
});

test('a run that failed says so in a sentence with its remedy, to a viewer as well', async () => {
  const { data } = await askGateway(owner, organization, {
    query: `{ organization(slug: "${organization}") { project(slug: "digits") {
      id models(first: 1) { edges { node { latestVersion { id } } } }
    } } }`,
  });
  const { id: projectId, models } = data.organization.project;
  const submitted = await askGateway(owner, organization, {
    query: `mutation ($input: SubmitRunInput!) {
      submitRun(input: $input) { ... on SubmitRunPayload { run { id } } ... on Error { message } }
    }`,
    variables: {
      input: {
        projectId,
        modelVersionId: models.edges[0].node.latestVersion.id,
        recipeYaml: matchingNothing,
        name: 'Decoder only',
      },
    },
  });
  const run = `${project}/runs/${encodeURIComponent(submitted.data.submitRun.run.id)}`;
  await owner.goto(run);
  const failure = owner.locator('[data-testid=run-failure][data-code=RULE_MATCHES_NOTHING]');
  await failure.getByText(sentence).waitFor();
  await failure.getByText(/(nearest names|names) are .*Conv2d/).waitFor();
  await owner.getByRole('button', { name: 'Try again' }).waitFor();
  await expect.poll(() => owner.title()).toBe('Decoder only · digits · Zeropoint');
  await screenshot(owner, '34-failed-run');

  await viewer.goto(run);
  await viewer.getByTestId('run-failure').getByText(sentence).waitFor();
  expect(await viewer.getByRole('button', { name: /Try again|Cancel run/ }).count()).toBe(0);
  expect(await viewer.getByRole('link', { name: 'Change the recipe' }).count()).toBe(0);
});

test('the recipe of a failed run is mended in the wizard, with its model still chosen', async () => {
  await owner.getByRole('link', { name: 'Change the recipe' }).click();
  await owner.getByLabel('Recipe YAML').fill(matchingNothing.replace('decoder.*', 'Linear'));
  await owner.getByRole('button', { name: 'Continue' }).click();
  await owner.getByRole('button', { name: 'See the plan' }).click();
  await owner.getByTestId('plan-summary').getByText('decides 1 layer').waitFor();
  await screenshot(owner, '35-recipe-mended');
});

test('a member who is removed loses the page that is open', async () => {
  await viewer.goto(`${project}/runs`);
  await viewer.getByTestId('run-row').waitFor();
  await owner.goto(`/${organization}`);
  await owner.getByRole('button', { name: 'Change Ada Lovelace' }).click();
  await owner.getByRole('menuitem', { name: 'Remove Ada Lovelace' }).click();
  await owner.getByRole('button', { name: 'Remove', exact: true }).click();
  await viewer.getByTestId('not-found-state').waitFor();
  await screenshot(viewer, '36-removed');
});

const matchingNothing = [
  'quantize:',
  '  backend: torchao',
  '  mode: weight_only_ptq',
  '  layers:',
  '    - module_name: "decoder.*"',
  '      weights: { dtype: int8 }',
  '',
].join('\n');

const sentence = /the pattern .decoder\.\*. matches none of the \d+ layers/;
