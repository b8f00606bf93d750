import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signInToDemo } from '#dev/demo/gateway-client.ts';
import { commandOf } from '#dev/supervision/stale-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

// One story in order: first start, a second beside it, stop, start again.
describe.sequential('npm start', () => {
  let dataDir: string;
  let platform: Started;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'zeropoint-start-'));
    platform = start('--data', dataDir);
    await platform.address();
  }, 300_000);

  afterAll(async () => {
    await platform.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('prints one address, where the dashboard and the API are', async () => {
    const url = await platform.address();
    expect(platform.output().match(/https?:\/\/\S+/g)).toEqual([url]);
    const page = await fetch(url);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    const api = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ query: '{ backends { id } }' }),
    });
    const ids = z
      .object({ data: z.object({ backends: z.array(z.object({ id: z.string() })) }) })
      .parse(await api.json());
    expect(ids.data.backends.map(({ id }) => id).sort()).toEqual(['modelopt.onnx', 'modelopt.pytorch', 'torchao']);
  });

  it('quantizes the demo with each backend', { timeout: 240_000 }, async () => {
    const url = await platform.address();
    await expect
      .poll(() => demoRuns(url), { timeout: 230_000, interval: 1_000 })
      .toEqual([
        'Digits CNN modelopt.onnx SUCCEEDED',
        'Digits CNN modelopt.pytorch SUCCEEDED',
        'Digits CNN torchao SUCCEEDED',
        'Digits ViT modelopt.onnx SUCCEEDED',
        'Digits ViT modelopt.pytorch SUCCEEDED',
        'Digits ViT torchao SUCCEEDED',
      ]);
  });

  it('keeps what is secret to itself', () => {
    const modes = (...paths: string[]) => paths.map((path) => statSync(join(dataDir, path)).mode & 0o777);
    const secrets = ['secret', 'postgres/passwords.json', 'nats/password', 'nats/nats.conf'];
    expect(modes(...secrets)).toEqual(secrets.map(() => 0o600));
    // Others may walk through the data folder, because somebody else runs Postgres; they may look into none of these.
    const folders = ['store', 'uploads', 'scratch', 'logs', 'nats', 'postgres/cluster'];
    expect(modes(...folders)).toEqual(folders.map(() => 0o700));
  });

  it('refuses a second platform on the same folder with one sentence', async () => {
    const second = start('--data', dataDir);
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(
      /already runs on the data folder .* Stop that one, or give this one a folder of its own/,
    );
    expect(second.output()).not.toMatch(/\n\s+at /);
  });

  it('refuses a port that is taken with one sentence', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'zeropoint-start-'));
    const { port } = new URL(await platform.address());
    const second = start('--data', folder, '--port', port);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`Port ${port} is taken.`);
    rmSync(folder, { recursive: true, force: true });
  });

  it('stops everything at one signal', async () => {
    const url = await platform.address();
    expect(await platform.stop()).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    // Some versions of nats-server leave their pid file behind.
    const broker = Number(readFileSync(join(dataDir, 'nats/nats.pid'), { encoding: 'utf8', flag: 'a+' }));
    expect(commandOf(broker)).not.toContain('nats-server');
    const left = ['lock', 'postgres/cluster/postmaster.pid'].filter((path) => existsSync(join(dataDir, path)));
    expect(left).toEqual([]);
  });

  it('finds everything again, soon', async () => {
    const before = Date.now();
    platform = start('--data', dataDir);
    const url = await platform.address();
    // The goal is 10 s on a quiet machine; the tests share theirs.
    expect(Date.now() - before).toBeLessThan(20_000);
    expect(await demoRuns(url)).toHaveLength(6);
  });
});

describe('the command line of npm start', () => {
  it.each([
    { args: ['--port', 'x'], says: '--port takes a number from 1 to 65535, not "x".' },
    { args: ['--prot', '80'], says: "Unknown option '--prot'" },
    { args: ['--production', '--data', join(tmpdir(), 'zeropoint-never')], says: 'ZEROPOINT_OWNER_DATABASE_URL' },
  ])('answers $args with a sentence', async ({ args, says }) => {
    const started = start(...args);
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(says);
    rmSync(join(tmpdir(), 'zeropoint-never'), { recursive: true, force: true });
  });
});

type Started = {
  readonly ended: Promise<number | null>;
  readonly output: () => string;
  /** Resolves with the address it printed; rejects with its output if it ends without one. */
  readonly address: () => Promise<string>;
  readonly stop: () => Promise<number | null>;
};

function start(...args: readonly string[]): Started {
  const withoutOurs = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ZEROPOINT_|VITEST|NODE_ENV$)/.test(name)),
  );
  const child: ChildProcess = spawn(process.execPath, [join(root, 'infra/dev/start.mjs'), ...args], {
    env: withoutOurs,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const printed = async () => {
    let over = false;
    void ended.then(() => {
      over = true;
    });
    for (;;) {
      const url = /Zeropoint is ready: (\S+)/.exec(output)?.[1];
      if (url) return url;
      if (over) throw new Error(`npm start ended without an address:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return {
    ended,
    output: () => output,
    address: printed,
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}

const projectRuns = z.object({
  organization: z
    .object({
      projects: z.object({
        edges: z.array(
          z.object({
            node: z.object({
              name: z.string(),
              runs: z.object({
                edges: z.array(z.object({ node: z.object({ backend: z.string(), state: z.string() }) })),
              }),
            }),
          }),
        ),
      }),
    })
    .nullable(),
});

/** `project backend state` of every run of the demo, as its member sees them. */
async function demoRuns(url: string): Promise<readonly string[]> {
  const client = await signInToDemo(url, AbortSignal.timeout(30_000));
  const query =
    '{ organization(slug: "demo") { projects { edges { node { name runs { edges { node { backend state } } } } } } } }';
  const { organization } = await client.send(query, {}, projectRuns);
  return (organization?.projects.edges ?? [])
    .flatMap(({ node: project }) =>
      project.runs.edges.map(({ node: run }) => `${project.name} ${run.backend} ${run.state}`),
    )
    .sort();
}
