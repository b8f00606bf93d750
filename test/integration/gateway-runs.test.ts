import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GatewayClient } from '#kit/gateway-client.ts';
import { newModel } from '#kit/gateway-model.ts';
import { startGatewayProject } from '#kit/gateway-project.ts';
import type { TestGateway } from '#kit/gateway-server.ts';

let gateway: TestGateway;
let owner: GatewayClient;
let projectId: string;

beforeAll(async () => {
  ({ gateway, owner, projectId } = await startGatewayProject());
});
afterAll(() => gateway?.stop());

const submitRun = `mutation($input: SubmitRunInput!) { submitRun(input: $input) { __typename
  ... on SubmitRunPayload { run { id number name state backend recipeYaml eventSeq createdBy viewerCanCancel
    modelVersion { id model { name } } } }
  ... on UnusableInputError { code message remedy } ... on Error { message } } }`;

const torchao = { backend: 'torchao', mode: 'weight_only_ptq' };

describe('runs', () => {
  it('a submitted run has the next number, its own recipe, and its first event', async () => {
    const { versionId } = await newModel(owner, projectId, 'Submit');
    const { run } = await owner.get(submitRun, { input: { projectId, modelVersionId: versionId, recipe: torchao } });
    expect(run).toMatchObject({
      state: 'QUEUED',
      backend: 'torchao',
      eventSeq: 1,
      createdBy: 'Ada',
      viewerCanCancel: true,
    });
    expect(run.recipeYaml).toContain('backend: torchao');
    const yaml = 'quantize:\n  backend: torchao\n  mode: weight_only_ptq\n';
    const next = await owner.get(submitRun, { input: { projectId, modelVersionId: versionId, recipeYaml: yaml } });
    expect(next.run.number).toBe(run.number + 1);
  });

  it('twenty submissions with one key make one run', async () => {
    const { versionId } = await newModel(owner, projectId, 'Key');
    const input = { projectId, modelVersionId: versionId, recipe: torchao, idempotencyKey: 'once' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => owner.get(submitRun, { input })));
    expect(new Set(answers.map(({ run }) => run.id)).size).toBe(1);
    const other = await owner.get(submitRun, {
      input: { ...input, recipe: { backend: 'torchao', skip_names: ['head'] } },
    });
    expect(other.__typename).toBe('ConflictError');
  });

  it.each([
    ['a recipe nobody knows', { recipe: { backend: 'tensorflow' } }, 'RECIPE_INVALID'],
    ['static calibration without data', { recipe: { backend: 'modelopt.onnx' } }, 'CALIBRATION_MISSING'],
  ])('%s is refused with a code and a sentence', async (_, change, code) => {
    const { versionId } = await newModel(owner, projectId, `Refused ${code}`);
    const answer = await owner.get(submitRun, { input: { projectId, modelVersionId: versionId, ...change } });
    expect(answer).toMatchObject({ __typename: 'UnusableInputError', code, message: expect.any(String) });
  });

  it('weights alone need neither graph nor data with modelopt.pytorch, in a mode or by the rules', async () => {
    const { versionId } = await newModel(owner, projectId, 'Weights');
    const weights = { dtype: 'int8' };
    for (const change of [{ mode: 'weight_only_ptq' }, { layers: [{ module_name: 'fc', weights }] }]) {
      const recipe = { backend: 'modelopt.pytorch', ...change };
      const { run } = await owner.get(submitRun, { input: { projectId, modelVersionId: versionId, recipe } });
      expect(run).toMatchObject({ state: 'QUEUED', backend: 'modelopt.pytorch' });
    }
  });

  it('no recipe and two recipes are refused, and leave nothing behind', async () => {
    const { versionId } = await newModel(owner, projectId, 'None');
    const before = await owner.get('query($id: ID!) { project(id: $id) { runs { totalCount } } }', { id: projectId });
    for (const change of [{}, { recipe: torchao, recipeYaml: 'backend: torchao' }]) {
      const answer = await owner.get(submitRun, { input: { projectId, modelVersionId: versionId, ...change } });
      expect(answer.__typename).toBe('InvalidInputError');
    }
    const after = await owner.get('query($id: ID!) { project(id: $id) { runs { totalCount } } }', { id: projectId });
    expect(after).toEqual(before);
  });

  it('a waiting run can be cancelled once, and run again', async () => {
    const { versionId } = await newModel(owner, projectId, 'Cancel');
    const { run } = await owner.get(submitRun, { input: { projectId, modelVersionId: versionId, recipe: torchao } });
    const cancel = `mutation { cancelRun(id: "${run.id}") { __typename ... on CancelRunPayload { run { state viewerCanRetry } } ... on Error { message } } }`;
    expect(await owner.get(cancel)).toMatchObject({ run: { state: 'CANCELED', viewerCanRetry: true } });
    expect(await owner.get(cancel)).toMatchObject({ __typename: 'ConflictError' });
    const retried = await owner.get(
      `mutation { retryRun(id: "${run.id}") { ... on RetryRunPayload { run { id number state recipeYaml } } ... on Error { message } } }`,
    );
    expect(retried.run).toMatchObject({ state: 'QUEUED', recipeYaml: run.recipeYaml });
    expect(retried.run.id).not.toBe(run.id);
  });

  it.each(['NEWEST', 'OLDEST', 'ACCURACY', 'SIZE', 'DURATION'])(
    'a list sorted by %s can be read page by page',
    async (sort) => {
      const query = `query($id: ID!, $after: String) { runs(projectId: $id, sort: ${sort}, first: 3, after: $after) {
      totalCount edges { node { number } } pageInfo { hasNextPage endCursor } } }`;
      const numbers: number[] = [];
      let after: string | null = null;
      let total = 0;
      do {
        const page: {
          totalCount: number;
          edges: { node: { number: number } }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        } = await owner.get(query, { id: projectId, after });
        numbers.push(...page.edges.map(({ node }) => node.number));
        total = page.totalCount;
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after);
      expect(new Set(numbers).size).toBe(total);
      expect(numbers).toHaveLength(total);
      if (sort === 'OLDEST') expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      if (sort === 'NEWEST') expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    },
  );

  it('a forged cursor is the mistake of who sent it', async () => {
    const { errors } = await owner.ask('query($id: ID!) { runs(projectId: $id, after: "x") { totalCount } }', {
      id: projectId,
    });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('cursor'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('a comparison puts two runs side by side', async () => {
    const { versionId } = await newModel(owner, projectId, 'Compare');
    const ids: string[] = [];
    for (const skip_names of [[], ['head']]) {
      const { run } = await owner.get(submitRun, {
        input: { projectId, modelVersionId: versionId, recipe: { ...torchao, skip_names } },
      });
      ids.push(run.id);
    }
    const comparison = await owner.get(
      'query($ids: [ID!]!) { compareRuns(ids: $ids) { ... on Comparison { runs { number } rows { group label values differs } } ... on Error { message } } }',
      { ids },
    );
    const byNumber = await owner.get(
      `query($id: ID!, $numbers: [Int!]!) { project(id: $id) { run(number: 999999) { id } comparison(numbers: $numbers) {
        ... on Comparison { runs { number } rows { group label values differs } } ... on Error { message } } } }`,
      { id: projectId, numbers: comparison.runs.map(({ number }: { number: number }) => number) },
    );
    expect(byNumber).toEqual({ run: null, comparison });
    expect(
      (
        await owner.get('query($id: ID!) { project(id: $id) { comparison(numbers: [1, 999999]) { __typename } } }', {
          id: projectId,
        })
      ).comparison,
    ).toEqual({ __typename: 'NotFoundError' });
    expect(comparison.rows).toContainEqual({
      group: 'Recipe',
      label: 'Skipped names',
      values: [null, 'head'],
      differs: true,
    });
    expect(comparison.rows).toContainEqual({
      group: 'Recipe',
      label: 'Backend',
      values: ['torchao', 'torchao'],
      differs: false,
    });
  });

  it('a saved recipe has versions, and a run can be made from one', async () => {
    const { versionId } = await newModel(owner, projectId, 'Saved');
    const save = `mutation($input: SaveRecipeInput!) { saveRecipe(input: $input) { __typename ... on SaveRecipePayload { recipe { id latestVersion { id number yaml } } } ... on Error { message } } }`;
    const first = await owner.get(save, { input: { projectId, name: 'Weights', recipe: torchao } });
    const second = await owner.get(save, {
      input: { projectId, name: 'Weights', recipeYaml: 'backend: torchao\nskip_names: [head]' },
    });
    expect(second.recipe.id).toBe(first.recipe.id);
    expect(second.recipe.latestVersion).toMatchObject({ number: 2, yaml: expect.stringContaining('head') });
    const { run } = await owner.get(submitRun, {
      input: { projectId, modelVersionId: versionId, recipeVersionId: second.recipe.latestVersion.id },
    });
    expect(run.recipeYaml).toBe(second.recipe.latestVersion.yaml);
  });

  it('a plan with no worker in the fleet says so', async () => {
    const { versionId } = await newModel(owner, projectId, 'Plan');
    const plan = await owner.get(
      'query($input: PlanRunInput!) { planRun(input: $input) { __typename ... on UnusableInputError { code message remedy } } }',
      { input: { modelVersionId: versionId, recipe: torchao } },
    );
    expect(plan).toMatchObject({
      __typename: 'UnusableInputError',
      code: 'WORKER_LOST',
      message: expect.stringContaining('torchao'),
    });
  });
});
