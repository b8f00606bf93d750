import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookieOf, createClient, type GatewayClient } from '#kit/gateway-client.ts';
import { startTestGateway, type TestGateway } from '#kit/gateway-server.ts';

let gateway: TestGateway;
let owner: GatewayClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await signedUp('Ada');
  await owner.createOrganization('Members');
});
afterAll(() => gateway?.stop());

describe('an invitation', () => {
  it('that was canceled opens nothing, and is canceled once', async () => {
    const guest = await signedUp('Guest');
    const id = await invite(owner, guest, 'MEMBER');
    expect(await cancel(owner, id)).toMatchObject({ __typename: 'CancelInvitationPayload' });
    expect(await cancel(owner, id)).toMatchObject({ __typename: 'ConflictError' });
    expect(await accept(guest, id)).toMatchObject({
      __typename: 'ConflictError',
      message: expect.stringContaining('canceled'),
    });
  });

  it('that was accepted can no more be canceled', async () => {
    const { id } = await joined('MEMBER');
    expect(await cancel(owner, id)).toMatchObject({
      __typename: 'ConflictError',
      message: expect.stringContaining('accepted'),
    });
  });

  it('is canceled by admins only', async () => {
    const { client } = await joined('MEMBER');
    const id = await invite(owner, await signedUp('Guest'), 'MEMBER');
    expect(await cancel(client, id)).toMatchObject({ __typename: 'ForbiddenError' });
  });

  it('that has expired opens nothing', async () => {
    const guest = await signedUp('Guest');
    const id = await invite(owner, guest, 'MEMBER');
    await truth('update app.invitations set expires_at = now() where id = $1', [id]);
    expect(await accept(guest, id)).toMatchObject({
      __typename: 'ConflictError',
      message: expect.stringContaining('expired'),
    });
  });

  it('is worth nothing once its sender may not invite', async () => {
    const admin = await joined('ADMIN');
    const guest = await signedUp('Guest');
    const id = await invite(admin.client, guest, 'ADMIN');
    await changeRole(owner, admin.seat, 'MEMBER');
    expect(await accept(guest, id)).toMatchObject({ __typename: 'ConflictError' });
    await changeRole(owner, admin.seat, 'ADMIN');
    expect(await accept(guest, id)).toMatchObject({ __typename: 'AcceptInvitationPayload' });
  });

  it('that many tabs accept at once is one seat and one line of the audit', async () => {
    const guest = await signedUp('Guest');
    const id = await invite(owner, guest, 'MEMBER');
    const answers = await Promise.all(Array.from({ length: 8 }, () => accept(guest, id)));
    const names = answers.map(({ __typename }) => __typename).sort();
    expect(names).toEqual(['AcceptInvitationPayload', ...Array(7).fill('ConflictError')]);
    expect(
      await truth('select 1 from app.audit_log where target = $1 and action = $2', [id, 'invitation.accept']),
    ).toBe(1);
  });

  it('to be an owner is an owner’s to send', async () => {
    const { client } = await joined('ADMIN');
    const answer = await ask(client, await signedUp('Guest'), 'OWNER');
    expect(answer).toMatchObject({ __typename: 'ForbiddenError' });
  });
});

describe('a seat', () => {
  it('is given up by the one who has it, whatever the role, and is nobody else’s to take', async () => {
    const [first, second] = [await joined('VIEWER'), await joined('VIEWER')];
    expect(await remove(first.client, second.seat)).toMatchObject({ __typename: 'ForbiddenError' });
    expect(await remove(first.client, first.seat)).toMatchObject({ __typename: 'RemoveMemberPayload' });
    const { organization } = first.client;
    expect(await first.client.get(`{ organization(slug: "${organization}") { id } }`)).toBeNull();
    expect(await second.client.get(`{ organization(slug: "${organization}") { viewerRole } }`)).not.toBeNull();
  });

  it('of an owner is left by one of two who leave at once', async () => {
    const founder = await signedUp('Founder');
    await founder.createOrganization('Two owners');
    const other = await joined('OWNER', founder);
    const own = await seatOf(founder, founder);
    const answers = await Promise.all([remove(founder, own), remove(other.client, other.seat)]);
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual(['ConflictError', 'RemoveMemberPayload']);
  });

  it('of the demo belongs to everybody, so nobody may give it up', async () => {
    const guest = createClient(gateway.url);
    guest.cookie = cookieOf(await guest.fetch('/api/demo/sign-in', { method: 'POST' }));
    guest.organization = 'demo';
    expect(await remove(guest, await seatOf(guest, guest))).toMatchObject({ __typename: 'ForbiddenError' });
  });
});

it('a person owns twenty organizations at most, however fast they are made', async () => {
  const person = await signedUp('Collector');
  const made = await Promise.all(
    Array.from({ length: 25 }, (_, index) =>
      person.get('mutation($input: CreateOrganizationInput!) { createOrganization(input: $input) { __typename } }', {
        input: { name: `Of many ${index}`, slug: `of-many-${index}` },
      }),
    ),
  );
  expect(made.filter(({ __typename }) => __typename === 'CreateOrganizationPayload')).toHaveLength(20);
});

async function signedUp(name: string): Promise<GatewayClient> {
  const client = createClient(gateway.url);
  await client.signUp(name);
  return client;
}

/** Somebody new who accepted an invitation to this role. */
async function joined(role: string, by = owner) {
  const client = await signedUp('Member');
  const id = await invite(by, client, role);
  expect(await accept(client, id)).toMatchObject({ __typename: 'AcceptInvitationPayload' });
  client.organization = by.organization;
  return { client, id, seat: await seatOf(by, client) };
}

async function seatOf(asking: GatewayClient, person: GatewayClient): Promise<string> {
  const { email } = await person.get('{ viewer { email } }');
  const { members } = await asking.get(`{ organization(slug: "${asking.organization}") { members { id email } } }`);
  return members.find((member: { email: string }) => member.email === email).id;
}

async function ask(by: GatewayClient, guest: GatewayClient, role: string) {
  const { email } = await guest.get('{ viewer { email } }');
  return by.get(
    'mutation($input: InviteMemberInput!) { inviteMember(input: $input) { __typename ... on InviteMemberPayload { invitation { id } } } }',
    { input: { email, role } },
  );
}

async function invite(by: GatewayClient, guest: GatewayClient, role: string): Promise<string> {
  return (await ask(by, guest, role)).invitation.id;
}

const sentence = '__typename ... on Error { message }';

function accept(client: GatewayClient, id: string) {
  return client.get(`mutation { acceptInvitation(invitationId: "${id}") { ${sentence} } }`);
}

function cancel(client: GatewayClient, id: string) {
  return client.get(`mutation { cancelInvitation(invitationId: "${id}") { ${sentence} } }`);
}

function remove(client: GatewayClient, id: string) {
  return client.get(`mutation { removeMember(memberId: "${id}") { ${sentence} } }`);
}

function changeRole(client: GatewayClient, id: string, role: string) {
  return client.get(`mutation { changeRole(memberId: "${id}", role: ${role}) { ${sentence} } }`);
}

/** Rows of a statement that no policy binds. */
async function truth(statement: string, values: readonly string[]): Promise<number> {
  const client = new Client({ connectionString: gateway.database.admin });
  await client.connect();
  try {
    return (await client.query(statement, [...values])).rowCount ?? 0;
  } finally {
    await client.end();
  }
}
