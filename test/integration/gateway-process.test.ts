import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '#kit/gateway-client.ts';
import { createSurroundings, type Surroundings } from '#kit/gateway-server.ts';
import { openSocket } from '#kit/gateway-socket.ts';

const main = fileURLToPath(new URL('../../apps/gateway/main.ts', import.meta.url));

let surroundings: Surroundings;
let gateway: ChildProcess;

beforeAll(async () => {
  surroundings = await createSurroundings();
  gateway = spawn(process.execPath, ['--import', 'tsx', main], {
    env: { ...process.env, ...surroundings.env },
    stdio: 'inherit',
  });
  while (!(await isWell())) {
    if (gateway.exitCode !== null) throw new Error(`the gateway ended with exit code ${gateway.exitCode}`);
    await sleep(200);
  }
});
afterAll(async () => {
  gateway?.kill('SIGKILL');
  await surroundings?.remove();
});

const isWell = () =>
  fetch(`${surroundings.url}/healthz`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

it('an environment that lacks something is refused with its name', async () => {
  const { ZEROPOINT_SECRET: _, ...rest } = surroundings.env;
  const child = spawn(process.execPath, ['--import', 'tsx', main], { env: { PATH: process.env.PATH, ...rest } });
  let said = '';
  child.stderr.on('data', (bytes) => {
    said += bytes;
  });
  expect((await once(child, 'exit'))[0]).toBe(1);
  expect(said).toContain('ZEROPOINT_SECRET');
});

it('what people did is written down with who did it', async () => {
  const owner = createClient(surroundings.url);
  await owner.signUp('Ada');
  await owner.createOrganization('Audited');
  await owner.createProject('Project');
  const admin = new Client({ connectionString: surroundings.database.admin });
  await admin.connect();
  const { rows } = await admin.query(
    `select a.action, u.name from app.audit_log a join auth.users u on u.id = a.actor_id order by a.at`,
  );
  await admin.end();
  expect(rows).toEqual([
    { action: 'organization.create', name: 'Ada' },
    { action: 'project.create', name: 'Ada' },
  ]);
});

it('an answer while Postgres is away says nothing of it, and the gateway is well again when it is back', async () => {
  const owner = createClient(surroundings.url);
  await owner.signUp('Grace');
  await owner.createOrganization('Restart');
  const url = new URL(surroundings.database.admin);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const admin = new Client({ connectionString: url.href });
  await admin.connect();
  const cut = async (allowed: boolean) => {
    await admin.query(`alter database ${name} with allow_connections ${allowed}`);
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()`,
      [name],
    );
  };
  await cut(false);
  const answer = JSON.stringify(await owner.ask('{ viewer { email } }'));
  await cut(true);
  await admin.end();
  expect(answer).toContain('INTERNAL_SERVER_ERROR');
  expect(answer).not.toMatch(/postgres|prisma|zeropoint_|database/i);
  await expect
    .poll(() => owner.ask('{ viewer { name } }'), { timeout: 20_000 })
    .toEqual({ data: { viewer: { name: 'Grace' } } });
});

it('a socket is closed within 30 s after its session ended', async () => {
  const owner = createClient(surroundings.url);
  await owner.signUp('Leaving');
  await owner.createOrganization('Session');
  const socket = await openSocket(owner);
  const began = Date.now();
  await owner.fetch('/api/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(await socket.closed).toBe(4403);
  expect(Date.now() - began).toBeLessThan(30_000);
});

it('SIGTERM closes the sockets and ends the process well', async () => {
  const owner = createClient(surroundings.url);
  await owner.signUp('Last');
  await owner.createOrganization('Going');
  const socket = await openSocket(owner);
  gateway.kill('SIGTERM');
  expect((await once(gateway, 'exit'))[0]).toBe(0);
  expect(await socket.closed).toBe(1001);
});
