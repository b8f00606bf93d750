import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { createClient, type GatewayClient } from '#kit/gateway-client.ts';
import { startGatewayProject } from '#kit/gateway-project.ts';
import type { TestGateway } from '#kit/gateway-server.ts';
import { openSocket, type TestSocket } from '#kit/gateway-socket.ts';

let gateway: TestGateway;
let owner: GatewayClient;
let projectId: string;
let versionId: string;
let admin: Client;

beforeAll(async () => {
  ({ gateway, owner, projectId } = await startGatewayProject());
  admin = new Client({ connectionString: gateway.database.admin });
  await admin.connect();
  const { id: uploadId } = await owner.upload(projectId, { name: 'a.pth', bytes: Buffer.from('model') });
  const { model } = await owner.get(
    'mutation($input: CreateModelInput!) { createModel(input: $input) { ... on CreateModelPayload { model { latestVersion { id } } } } }',
    { input: { projectId, name: 'A', uploadId } },
  );
  versionId = model.latestVersion.id;
});
afterAll(async () => {
  await admin?.end();
  await gateway?.stop();
});

async function submit(): Promise<{ id: string; rowId: string }> {
  const { run } = await owner.get(
    'mutation($input: SubmitRunInput!) { submitRun(input: $input) { ... on SubmitRunPayload { run { id } } } }',
    { input: { projectId, modelVersionId: versionId, recipe: { backend: 'torchao' } } },
  );
  return { id: run.id, rowId: Buffer.from(run.id, 'base64').toString().split(':')[1]! };
}

/** Log lines as a worker's reports would write them, in one transaction, as the database's owner. */
async function append(rowId: string, count: number): Promise<void> {
  await admin.query(
    `with r as (update app.runs set event_seq = event_seq + $2 where id = $1 returning *),
      p as (update app.projects set event_seq = app.projects.event_seq + $2 from r where app.projects.id = r.project_id returning app.projects.*)
    insert into app.run_events (organization_id, run_id, seq, project_id, project_seq, epoch, kind, data)
    select r.organization_id, r.id, r.event_seq - $2 + n, r.project_id, p.event_seq - $2 + n, 1, 'log',
      jsonb_build_object('level', 'info', 'line', 'line ' || n)
    from r, p, generate_series(1, $2::int) n`,
    [rowId, count],
  );
}

const runEvents = `subscription($runId: ID!, $afterSeq: Long!) { runEvents(runId: $runId, afterSeq: $afterSeq) {
  seq projectSeq runId change { __typename ... on RunLogged { line } ... on RunStateChanged { state } } run { state number } } }`;
const projectEvents = `subscription($projectId: ID!, $afterSeq: Long!) { projectEvents(projectId: $projectId, afterSeq: $afterSeq) {
  seq projectSeq run { id } } }`;

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const seqs = (results: { data: Record<string, { seq: number }> }[]) =>
  results.map(({ data }) => Object.values(data)[0]!.seq);

function open(
  client: GatewayClient = owner,
  options: { origin?: string; organization?: string | null } = {},
): Promise<TestSocket> {
  return openSocket(client, options);
}

describe('run events', () => {
  it('come from the beginning, then live, each once and in order', async () => {
    const { id, rowId } = await submit();
    await append(rowId, 450);
    const socket = await open();
    const stream = socket.subscribe(runEvents, { runId: id, afterSeq: 0 });
    expect(seqs(await stream.take(451))).toEqual(range(1, 451));
    for (let i = 0; i < 5; i += 1) await append(rowId, 3);
    const live = await stream.take(15);
    expect(seqs(live)).toEqual(range(452, 466));
    expect(live[0]!.data.runEvents).toMatchObject({
      runId: id,
      change: { __typename: 'RunLogged' },
      run: { state: 'QUEUED' },
    });
    await socket.close();
  });

  it('go on where a socket was cut, without loss or repetition, while more come in', async () => {
    const { id, rowId } = await submit();
    const seen: number[] = [];
    const writing = (async () => {
      for (let i = 0; i < 30; i += 1) await append(rowId, 7);
    })();
    while (seen.length < 211) {
      const socket = await open();
      const stream = socket.subscribe(runEvents, { runId: id, afterSeq: seen.at(-1) ?? 0 });
      seen.push(...seqs(await stream.take(Math.min(40, 211 - seen.length))));
      socket.cut();
    }
    await writing;
    expect(seen).toEqual(range(1, 211));
  });

  it('are not missed when the listening connection drops', async () => {
    const { id, rowId } = await submit();
    const socket = await open();
    const stream = socket.subscribe(runEvents, { runId: id, afterSeq: 0 });
    await stream.take(1);
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'zeropoint-events'",
    );
    await append(rowId, 2);
    expect(seqs(await stream.take(2))).toEqual([2, 3]);
    await append(rowId, 1);
    expect(seqs(await stream.take(1))).toEqual([4]);
    await socket.close();
  });

  it('of a project are those of all its runs', async () => {
    const { eventSeq } = await owner.get('query($id: ID!) { project(id: $id) { eventSeq } }', { id: projectId });
    const socket = await open();
    const stream = socket.subscribe(projectEvents, { projectId, afterSeq: eventSeq });
    const [first, second] = [await submit(), await submit()];
    const results = await stream.take(2);
    expect(results.map(({ data }) => data.projectEvents.run.id)).toEqual([first.id, second.id]);
    expect(results.map(({ data }) => data.projectEvents.projectSeq)).toEqual([eventSeq + 1, eventSeq + 2]);
    await socket.close();
  });
});

describe('a socket', () => {
  it.each([
    ['a query', '{ viewer { id } }'],
    ['a mutation', 'mutation { cancelRun(id: "x") { __typename } }'],
    [
      'introspection',
      'subscription { runEvents(runId: "x", afterSeq: 0) { __typename run { __typename } } } query I { __schema { types { name } } }',
    ],
    ['a field that is not there', 'subscription { runEvents(runId: "x", afterSeq: 0) { nothing } }'],
    [
      'depth',
      `subscription { runEvents(runId: "x", afterSeq: 0) { run { ${'project { runs { edges { node { '.repeat(5)} id ${'} } } } '.repeat(5)} } } }`,
    ],
    ['tokens', `subscription { runEvents(runId: "x", afterSeq: 0) { ${'seq '.repeat(5_000)} } }`],
    ['what cannot be parsed', 'subscription {'],
  ])('refuses %s', async (_, query) => {
    const socket = await open();
    const stream = socket.subscribe(query, {});
    await expect(stream.take(1)).rejects.toThrow(/GraphQL/);
    await socket.close();
  });

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin', { origin: '' }],
  ])('from %s is not opened', async (_, options) => {
    await expect(open(owner, options)).rejects.toThrow('403');
  });

  it('without a session, or of an organization one is not in, is closed with 4403', async () => {
    await expect(open(createClient(gateway.url), { organization: owner.organization })).rejects.toThrow('4403');
    const stranger = createClient(gateway.url);
    await stranger.signUp('Mallory');
    await expect(open(stranger, { organization: owner.organization })).rejects.toThrow('4403');
  });

  it('carries fifty subscriptions and not one more', async () => {
    const { id } = await submit();
    const socket = await open();
    const streams = range(1, 50).map(() => socket.subscribe(runEvents, { runId: id, afterSeq: 0 }));
    await Promise.all(streams.map((stream) => stream.take(1)));
    await expect(socket.subscribe(runEvents, { runId: id, afterSeq: 0 }).take(1)).rejects.toThrow('50 subscriptions');
    await socket.close();
  });

  it('of a user is one of twenty at most', async () => {
    const person = createClient(gateway.url);
    await person.signUp('Many');
    await person.createOrganization('Sockets');
    const sockets = await Promise.all(range(1, 20).map(() => open(person)));
    await expect(open(person)).rejects.toThrow('4403');
    // With a subscription that waits on each, as a page that is reloaded leaves them behind.
    const projectId = await person.createProject('Quiet');
    for (const socket of sockets) socket.subscribe(projectEvents, { projectId, afterSeq: 0 });
    await sleep(500);
    await Promise.all(sockets.map((socket) => socket.close()));
    await expect
      .poll(async () => open(person).then((socket) => socket.close().then(() => 'open'), String), { timeout: 2_000 })
      .toBe('open');
  });

  it('with a message that is too large is closed', async () => {
    const socket = await open();
    socket.raw.send('x'.repeat(100_000));
    expect(await socket.closed).toBe(1009);
  });

  it('is closed when its member is removed, and tells nothing afterwards', async () => {
    const member = createClient(gateway.url);
    await member.signUp('Grace');
    const { email } = await member.get('{ viewer { email } }');
    const { invitation } = await owner.get(
      'mutation($input: InviteMemberInput!) { inviteMember(input: $input) { ... on InviteMemberPayload { invitation { id } } } }',
      { input: { email, role: 'MEMBER' } },
    );
    await member.get(`mutation { acceptInvitation(invitationId: "${invitation.id}") { __typename } }`);
    member.organization = owner.organization;
    const socket = await open(member);
    const { id } = await submit();
    await socket.subscribe(runEvents, { runId: id, afterSeq: 0 }).take(1);
    const { members } = await owner.get(`{ organization(slug: "${owner.organization}") { members { id email } } }`);
    const seat = members.find((seated: { email: string }) => seated.email === email);
    await owner.get(`mutation { removeMember(memberId: "${seat.id}") { __typename } }`);
    expect(await socket.closed).toBe(4403);
  });

  it('that says nothing is closed', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql/ws`, 'graphql-transport-ws', {
      headers: { cookie: owner.cookie, origin: gateway.url },
    });
    const code = await new Promise((resolve) => socket.once('close', resolve));
    expect(code).toBe(4408);
  });
});
