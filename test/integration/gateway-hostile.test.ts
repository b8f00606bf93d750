import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GatewayClient } from '#kit/gateway-client.ts';
import { newModel } from '#kit/gateway-model.ts';
import { startGatewayProject } from '#kit/gateway-project.ts';
import type { TestGateway } from '#kit/gateway-server.ts';

let gateway: TestGateway;
let owner: GatewayClient;
let projectId: string;
let modelVersionId: string;

beforeAll(async () => {
  ({ gateway, owner, projectId } = await startGatewayProject());
  modelVersionId = (await newModel(owner, projectId, 'Model')).versionId;
});
afterAll(() => gateway?.stop());

const base64 = (text: string) => Buffer.from(text).toString('base64');
const uuid = '00000000-0000-4000-8000-000000000001';

const texts = [
  '',
  ' ',
  'x',
  '\0',
  '\ud800',
  "'; drop table app.runs; --",
  '%_\\',
  '{{7*7}}',
  '../../etc/passwd',
  'x'.repeat(50_000),
];
const ids = [
  ...texts,
  base64('x'),
  base64('Run:x'),
  base64(`User:${uuid}`),
  base64(`Query:${uuid}`),
  base64(`Run:${uuid}:${uuid}`),
  base64('Run:'),
  uuid,
];
const cursors = [
  ...texts,
  base64('GPC:S:x'),
  base64(`GPC:S:${uuid}`),
  base64('GPC:N:1'),
  base64('["NEWEST","1e999","x"]'),
  base64('[]'),
];
const numbers = [-1, 0, 2_147_483_647];

type Operation = readonly [query: string, variables: Record<string, unknown>];

const operations: readonly Operation[] = [
  ...ids.flatMap((id): Operation[] => [
    ['query($id: ID!) { node(id: $id) { id } }', { id }],
    ['query($id: ID!) { run(id: $id) { id } project(id: $id) { id } runs(projectId: $id) { totalCount } }', { id }],
    ['mutation($id: ID!) { cancelRun(id: $id) { __typename } }', { id }],
    ['mutation($id: ID!) { changeRole(memberId: $id, role: ADMIN) { __typename } }', { id }],
    ['mutation($id: ID!) { acceptInvitation(invitationId: $id) { __typename } }', { id }],
    ['mutation($id: ID!) { cancelInvitation(invitationId: $id) { __typename } }', { id }],
    ['query($ids: [ID!]!) { compareRuns(ids: $ids) { __typename } }', { ids: [id, base64(`Run:${uuid}`)] }],
  ]),
  ...cursors.flatMap((after): Operation[] => [
    [
      'query($p: ID!, $after: String) { project(id: $p) { models(after: $after) { totalCount edges { node { id } } } } }',
      { p: 'PROJECT', after },
    ],
    [
      'query($p: ID!, $after: String) { runs(projectId: $p, after: $after) { edges { node { id } } } }',
      { p: 'PROJECT', after },
    ],
  ]),
  ...texts.flatMap((text): Operation[] => [
    [
      'query($p: ID!, $s: String) { runs(projectId: $p, filter: {search: $s, backends: [$s]}) { totalCount } }'.replace(
        '$s: String',
        '$s: String!',
      ),
      { p: 'PROJECT', s: text },
    ],
    ['query($s: String!) { organization(slug: $s) { id project(slug: $s) { id } } }', { s: text }],
    ['mutation($s: String!) { createProject(input: {name: $s, description: $s}) { __typename } }', { s: text }],
    ['mutation($s: String!) { inviteMember(input: {email: $s, role: MEMBER}) { __typename } }', { s: text }],
    ['mutation($s: String!) { createOrganization(input: {name: $s, slug: $s}) { __typename } }', { s: text }],
    [
      'mutation($i: SubmitRunInput!) { submitRun(input: $i) { __typename } }',
      { i: { projectId: 'PROJECT', modelVersionId: 'VERSION', recipeYaml: text, name: text, idempotencyKey: text } },
    ],
    [
      'mutation($i: SaveRecipeInput!) { saveRecipe(input: $i) { __typename } }',
      { i: { projectId: 'PROJECT', name: 'r', recipe: { backend: 'torchao', skip_names: [text] } } },
    ],
  ]),
  ...numbers.flatMap((n): Operation[] => [
    [
      'query($p: ID!, $n: Int) { project(id: $p) { models(first: $n) { edges { cursor } } runs(first: $n) { edges { cursor } } } }',
      { p: 'PROJECT', n },
    ],
    [
      'query($p: ID!, $n: Int) { project(id: $p) { models(last: $n) { edges { cursor } } runs(last: $n) { edges { cursor } } } }',
      { p: 'PROJECT', n },
    ],
    [
      'mutation($i: SubmitRunInput!) { submitRun(input: $i) { __typename } }',
      {
        i: {
          projectId: 'PROJECT',
          modelVersionId: 'VERSION',
          recipe: { backend: 'torchao' },
          priority: n,
          batchSize: n,
        },
      },
    ],
  ]),
];

it(`${operations.length} operations with ids, cursors, texts and numbers that nobody means are answered, and none breaks us`, async () => {
  const broken: string[] = [];
  for (const [query, variables] of operations) {
    const text = JSON.stringify(variables).replaceAll('PROJECT', projectId).replaceAll('VERSION', modelVersionId);
    const answer = JSON.stringify(await owner.ask(query, JSON.parse(text)));
    if (/INTERNAL_SERVER_ERROR|prisma|postgres/i.test(answer))
      broken.push(`${query} ${text.slice(0, 200)} → ${answer.slice(0, 300)}`);
  }
  expect(broken).toEqual([]);
});

it('who asks the routes of passwords too often is told to wait', async () => {
  // More than two minutes' worth, so that a minute that ends in between does not matter.
  const attempts = Array.from({ length: 130 }, async () => {
    const response = await owner.fetch('/api/auth/no-such-route', { method: 'POST' });
    await response.body?.cancel();
    return response.status;
  });
  const statuses = await Promise.all(attempts);
  expect(statuses).toContain(404);
  expect(statuses).toContain(429);
});
