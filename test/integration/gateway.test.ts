import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookieOf, createClient, type GatewayClient } from '#kit/gateway-client.ts';
import { startTestGateway, type TestGateway } from '#kit/gateway-server.ts';

let gateway: TestGateway;
let owner: GatewayClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = createClient(gateway.url);
  await owner.signUp('Ada');
  await owner.createOrganization('Analytical');
});
afterAll(() => gateway?.stop());

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

  it('two organizations of one name have an address each', async () => {
    const create = (input: object) =>
      owner.get(
        `mutation($input: CreateOrganizationInput!) { createOrganization(input: $input) {
          __typename ... on CreateOrganizationPayload { organization { slug } } ... on Error { message } } }`,
        { input },
      );
    const first = await create({ name: 'Twin Labs' });
    expect((await create({ name: 'Twin Labs' })).organization.slug).toBe(`${first.organization.slug}-2`);
    expect(await create({ name: 'Twin', slug: first.organization.slug })).toMatchObject({
      __typename: 'ConflictError',
      message: `An organization with the address ${first.organization.slug} exists already.`,
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
    guest.cookie = cookieOf(answers[0]!);
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

  it.each([
    ['larger than a sign-in can be', 413, 'x'.repeat(2 ** 17)],
    ['without a length', 411, new Blob(['{}']).stream()],
  ])('refuses a sign-in %s', async (_, status, body) => {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    expect((await owner.fetch('/api/auth/sign-in/email', request)).status).toBe(status);
  });

  it('gives a session to this origin’s pages only, and to no script', async () => {
    const response = await owner.fetch('/api/demo/sign-in', { method: 'POST' });
    const cookie = response.headers.getSetCookie().find((line) => line.includes('session_token'));
    expect(cookie).toMatch(/; HttpOnly/i);
    expect(cookie).toMatch(/; SameSite=Lax/i);
    expect(cookie).toMatch(/; Path=\//i);
    expect(cookie).not.toMatch(/; Domain/i);
    const foreign = { method: 'POST', headers: { origin: 'https://elsewhere.example' } };
    expect((await owner.fetch('/api/demo/sign-in', foreign)).status).toBe(403);
    const headers = { ...foreign.headers, 'content-type': 'application/json' };
    expect((await owner.fetch('/api/auth/sign-out', { ...foreign, headers, body: '{}' })).status).toBe(403);
  });

  it('says nothing of itself in headers and forbids frames', async () => {
    const { headers } = await owner.fetch('/healthz');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});
