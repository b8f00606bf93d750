import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginUpload, createClient, type GatewayClient, headUpload, sendUpload, sha256Of } from './gateway-client.ts';
import { startTestGateway, type TestGateway } from './gateway-server.ts';

let gateway: TestGateway;
let owner: GatewayClient;
let projectId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = createClient(gateway.url);
  await owner.signUp('Ada');
  await owner.createOrganization('Analytical');
  projectId = await owner.createProject('Digits CNN');
});
afterAll(() => gateway?.stop());

const createModel = `mutation($input: CreateModelInput!) { createModel(input: $input) { __typename
  ... on CreateModelPayload { model { id name latestVersion { id number inspectionState file { name bytes sha256 downloadUrl } } } }
  ... on Error { message remedy } } }`;

const submitRun = `mutation($input: SubmitRunInput!) { submitRun(input: $input) { __typename
  ... on SubmitRunPayload { run { id number name state backend recipeYaml eventSeq createdBy viewerCanCancel
    modelVersion { id model { name } } } }
  ... on UnusableInputError { code message remedy } ... on Error { message } } }`;

const bytes = Buffer.from('not a model, but the gateway does not read it '.repeat(2_000));

async function newModel(name: string): Promise<{ id: string; versionId: string; downloadUrl: string }> {
  const { id: uploadId } = await owner.upload(projectId, { name: `${name}.pth`, bytes });
  const { model } = await owner.get(createModel, { input: { projectId, name, uploadId } });
  return { id: model.id, versionId: model.latestVersion.id, downloadUrl: model.latestVersion.file.downloadUrl };
}

const torchao = { backend: 'torchao', mode: 'weight_only_ptq' };

describe('people', () => {
  it('a person who signed up is a viewer with the seat of the organization they made', async () => {
    const viewer = await owner.get(
      '{ viewer { name email memberships { role organization { name } } demo { organizationSlug } } }',
    );
    expect(viewer).toMatchObject({
      name: 'Ada',
      memberships: [{ role: 'OWNER', organization: { name: 'Analytical' } }],
      demo: { organizationSlug: 'demo' },
    });
  });

  it('without a session there is no viewer, and no organization is entered', async () => {
    const nobody = createClient(gateway.url);
    nobody.organization = owner.organization;
    expect(
      await nobody.ask(`{ viewer { id } organization(slug: "${owner.organization}") { id } fleet { id } }`),
    ).toEqual({
      data: { viewer: null, organization: null, fleet: [] },
    });
  });

  it('one click signs in to the demo as a member', async () => {
    const guest = createClient(gateway.url);
    const answers = await Promise.all([1, 2, 3].map(() => guest.fetch('/api/demo/sign-in', { method: 'POST' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    guest.cookie = answers[0]!.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    guest.organization = 'demo';
    const organization = await guest.get(
      '{ organization(slug: "demo") { isDemo viewerRole viewerCanCreateProject viewerCanInvite } }',
    );
    expect(organization).toEqual({
      isDemo: true,
      viewerRole: 'MEMBER',
      viewerCanCreateProject: true,
      viewerCanInvite: false,
    });
  });

  it('an invitation is a seat for the address it was sent to, and for nobody else', async () => {
    const invited = createClient(gateway.url);
    await invited.signUp('Grace');
    const { email } = await invited.get('{ viewer { email } }');
    const { invitation } = await owner.get(
      'mutation($input: InviteMemberInput!) { inviteMember(input: $input) { ... on InviteMemberPayload { invitation { id status } } ... on Error { message } } }',
      { input: { email, role: 'VIEWER' } },
    );
    const accept = `mutation { acceptInvitation(invitationId: "${invitation.id}") { __typename ... on AcceptInvitationPayload { organization { slug } } ... on Error { message } } }`;
    const thief = createClient(gateway.url);
    await thief.signUp('Mallory');
    expect((await thief.get(accept)).__typename).toBe('NotFoundError');
    expect((await invited.get(accept)).organization.slug).toBe(owner.organization);
    expect((await invited.get(accept)).__typename).toBe('ConflictError');
    invited.organization = owner.organization;
    const refused = await invited.get(
      'mutation { createProject(input: {name: "x"}) { __typename ... on ForbiddenError { action message } } }',
    );
    expect(refused).toMatchObject({ __typename: 'ForbiddenError', action: 'project.create' });
  });

  it('the last owner cannot leave', async () => {
    const { members } = await owner.get(`{ organization(slug: "${owner.organization}") { members { id name role } } }`);
    const self = members.find(({ role }: { role: string }) => role === 'OWNER');
    const answer = await owner.get(
      `mutation { removeMember(memberId: "${self.id}") { __typename ... on Error { message } } }`,
    );
    expect(answer).toMatchObject({
      __typename: 'ConflictError',
      message: expect.stringContaining('at least one owner'),
    });
  });
});

describe('uploads', () => {
  it('one that was cut off goes on from the byte where it stopped', async () => {
    const location = await beginUpload(owner, projectId, { name: 'cut.pth', bytes });
    await sendUpload(owner, location, { bytes: bytes.subarray(0, 1_000), offset: 0 });
    const head = await headUpload(owner, location);
    expect(head.headers.get('upload-offset')).toBe('1000');
    expect((await sendUpload(owner, location, { bytes, offset: 1_000 })).status).toBe(204);
    const input = { projectId, name: 'Resumed', uploadId: location.split('/').at(-1) };
    const { model } = await owner.get(createModel, { input });
    expect(model.latestVersion.file).toMatchObject({ name: 'cut.pth', bytes: bytes.length, sha256: sha256Of(bytes) });
  });

  it('one whose bytes are not the announced ones is refused with both digests', async () => {
    const answer = await owner.upload(projectId, { name: 'wrong.pth', bytes, sha256: '0'.repeat(64) });
    expect(answer.status).toBe(460);
    expect(answer.sentence).toContain(sha256Of(bytes));
    const made = await owner.get(createModel, { input: { projectId, name: 'Wrong', uploadId: answer.id } });
    expect(made).toMatchObject({ __typename: 'InvalidInputError', message: expect.stringContaining('SHA-256') });
  });

  it('one that has not arrived makes no model', async () => {
    const location = await beginUpload(owner, projectId, { name: 'half.pth', bytes });
    const made = await owner.get(createModel, {
      input: { projectId, name: 'Half', uploadId: location.split('/').at(-1) },
    });
    expect(made).toMatchObject({ __typename: 'InvalidInputError', message: expect.stringContaining('not arrived') });
  });

  it('one goes on after the gateway was started anew', async () => {
    const location = await beginUpload(owner, projectId, { name: 'late.pth', bytes });
    await sendUpload(owner, location, { bytes: bytes.subarray(0, 500), offset: 0 });
    await gateway.restart();
    expect((await headUpload(owner, location)).headers.get('upload-offset')).toBe('500');
    expect((await sendUpload(owner, location, { bytes, offset: 500 })).status).toBe(204);
  });

  it('one whose last byte came just before the gateway died is finished when its owner asks', async () => {
    const location = await beginUpload(owner, projectId, { name: 'dead.pth', bytes });
    const uploadId = location.split('/').at(-1) ?? '';
    appendFileSync(join(gateway.folder, 'uploads', uploadId), bytes);
    expect((await headUpload(owner, location)).headers.get('upload-offset')).toBe(String(bytes.length));
    const { model } = await owner.get(createModel, { input: { projectId, name: 'Dead', uploadId } });
    expect(model.latestVersion.file.sha256).toBe(sha256Of(bytes));
  });

  it('a finished one still says so to a client that missed the answer, and gives its bytes to nobody', async () => {
    const location = await beginUpload(owner, projectId, { name: 'done.pth', bytes });
    await sendUpload(owner, location, { bytes, offset: 0 });
    expect((await headUpload(owner, location)).headers.get('upload-offset')).toBe(String(bytes.length));
    expect((await owner.fetch(location)).status).toBe(404);
  });

  it('nobody else finds it', async () => {
    const location = await beginUpload(owner, projectId, { name: 'mine.pth', bytes });
    const other = createClient(gateway.url);
    await other.signUp('Eve');
    await other.createOrganization('Elsewhere');
    const absent = '/files/uploads/00000000-0000-4000-8000-000000000000';
    for (const client of [other, createClient(gateway.url)]) {
      for (const ask of [headUpload, (c: GatewayClient, at: string) => sendUpload(c, at, { bytes, offset: 0 })]) {
        const [theirs, none] = [await ask(client, location), await ask(client, absent)];
        expect(theirs.status).toBe(404);
        expect(await theirs.text()).toBe(await none.text());
        expect([...theirs.headers.keys()]).toEqual([...none.headers.keys()]);
      }
    }
  });

  it.each([
    ['a path for a name', { name: '../evil.pth' }],
    ['a project that is not there', { projectId: 'UHJvamVjdDox' }],
  ])('%s is refused', async (_, change: { name?: string; projectId?: string }) => {
    await expect(
      beginUpload(owner, change.projectId ?? projectId, { name: change.name ?? 'a.pth', bytes }),
    ).rejects.toThrow(/^400/);
  });
});

describe('downloads', () => {
  it('a link gives the whole file and any part of it, under its own name', async () => {
    const { downloadUrl } = await newModel('Download');
    const whole = await fetch(new URL(downloadUrl, gateway.url));
    expect(sha256Of(new Uint8Array(await whole.arrayBuffer()))).toBe(sha256Of(bytes));
    expect(whole.headers.get('content-length')).toBe(String(bytes.length));
    expect(whole.headers.get('content-disposition')).toContain('filename="Download.pth"');
    const part = await fetch(new URL(downloadUrl, gateway.url), { headers: { range: 'bytes=10-19' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${bytes.length}`);
    expect(await part.text()).toBe(bytes.subarray(10, 20).toString());
    const etag = whole.headers.get('etag') ?? '';
    expect((await fetch(new URL(downloadUrl, gateway.url), { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect(
      (await fetch(new URL(downloadUrl, gateway.url), { headers: { range: `bytes=${bytes.length}-` } })).status,
    ).toBe(416);
    expect((await fetch(new URL(downloadUrl, gateway.url), { method: 'HEAD' })).headers.get('content-length')).toBe(
      String(bytes.length),
    );
    expect((await fetch(new URL(downloadUrl, gateway.url), { method: 'DELETE' })).status).toBe(405);
  });

  it('an altered link opens nothing', async () => {
    const { downloadUrl } = await newModel('Altered');
    const altered = downloadUrl.replace(/signature=./, 'signature=_');
    expect((await fetch(new URL(altered, gateway.url))).status).toBe(404);
  });
});

describe('runs', () => {
  it('a submitted run has the next number, its own recipe, and its first event', async () => {
    const { versionId } = await newModel('Submit');
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
    const { versionId } = await newModel('Key');
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
    const { versionId } = await newModel(`Refused ${code}`);
    const answer = await owner.get(submitRun, { input: { projectId, modelVersionId: versionId, ...change } });
    expect(answer).toMatchObject({ __typename: 'UnusableInputError', code, message: expect.any(String) });
  });

  it('no recipe and two recipes are refused, and leave nothing behind', async () => {
    const { versionId } = await newModel('None');
    const before = await owner.get('query($id: ID!) { project(id: $id) { runs { totalCount } } }', { id: projectId });
    for (const change of [{}, { recipe: torchao, recipeYaml: 'backend: torchao' }]) {
      const answer = await owner.get(submitRun, { input: { projectId, modelVersionId: versionId, ...change } });
      expect(answer.__typename).toBe('InvalidInputError');
    }
    const after = await owner.get('query($id: ID!) { project(id: $id) { runs { totalCount } } }', { id: projectId });
    expect(after).toEqual(before);
  });

  it('a waiting run can be cancelled once, and run again', async () => {
    const { versionId } = await newModel('Cancel');
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
    const { versionId } = await newModel('Compare');
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
    const { versionId } = await newModel('Saved');
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
    const { versionId } = await newModel('Plan');
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

describe('the server', () => {
  it('passes everything else to the dashboard', async () => {
    expect(await (await owner.fetch('/o/analytical?tab=runs')).text()).toBe('dashboard /o/analytical?tab=runs');
  });

  it('answers unknown files and API paths itself', async () => {
    expect((await owner.fetch('/files/nothing')).status).toBe(404);
    expect((await owner.fetch('/api/nothing')).status).toBe(404);
  });

  it('is well and says so', async () => {
    expect(await (await owner.fetch('/healthz')).json()).toEqual({ status: 'ok' });
  });

  it.each([
    ['introspection', '{ __schema { types { name } } }'],
    [
      'depth',
      `{ node(id: "x") { ... on Run { ${'project { runs { edges { node { '.repeat(5)} id ${'} } } } '.repeat(5)} } } }`,
    ],
    ['aliases', `{ ${Array.from({ length: 200 }, (_, i) => `a${i}: viewer { id }`).join(' ')} }`],
    ['tokens', `{ ${'viewer { id } '.repeat(2_000)} }`],
    [
      'pages',
      '{ node(id: "x") { ... on Organization { projects(first: 100) { edges { node { models(first: 100) { edges { node { versions(first: 100) { totalCount } } } } } } } } } }',
    ],
  ])('refuses an operation with too much of: %s', async (_, query) => {
    const { data, errors } = await owner.ask(query);
    expect(data ?? null).toBeNull();
    expect(errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toMatch(/Did you mean|stacktrace|node_modules/);
  });

  it.each([
    [
      'a simple form post',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"query":"{viewer{id}}"}' },
    ],
    ['a mutation by GET', { method: 'GET' }],
    [
      'a batch',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[{"query":"{viewer{id}}"}]' },
    ],
    [
      'a megabyte and more',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"query":"${'x'.repeat(2 ** 21)}"}` },
    ],
  ])('refuses %s', async (_, init) => {
    const path = init.method === 'GET' ? '/graphql?query=mutation{cancelRun(id:"x"){__typename}}' : '/graphql';
    const response = await owner.fetch(path, init);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });

  it('says nothing of itself in headers and forbids frames', async () => {
    const { headers } = await owner.fetch('/healthz');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});
