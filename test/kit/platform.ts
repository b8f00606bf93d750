import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type Platform = { readonly url: string; readonly dataDir: string; stop(): Promise<void> };

export type PlatformWishes = {
  readonly demo: boolean;
  /** Kept when given; a temporary one otherwise. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** The whole platform as `npm start` brings it up: same script, same processes, its own ports and data. */
export async function startPlatform({ demo, dataDir, env }: PlatformWishes): Promise<Platform> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'zeropoint-platform-')));
  const child = spawn(process.execPath, ['infra/dev/start.mjs', '--data', folder, ...(demo ? [] : ['--no-demo'])], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await addressOf(child);
  return {
    url,
    dataDir: folder,
    stop: async () => {
      await ended(child);
      if (!dataDir) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The first start of a checkout builds the dashboard. */
const longestStart = 480_000;

/** Of the process that last said it is up, in the log that `npm start` keeps for it; a worker may take a moment longer. */
export async function pidOf({ dataDir }: Platform, name: 'gateway' | 'worker'): Promise<number> {
  for (let patience = 1_800; patience > 0; patience--) {
    const log = await readFile(join(dataDir, 'logs', `${name}.log`), 'utf8');
    const last = [...log.matchAll(/"pid":(\d+)/g)].at(-1)?.[1];
    if (last !== undefined) return Number(last);
    await sleep(100);
  }
  throw new Error(`${name}.log names no process`);
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk;
      const address = /ready: (http:\/\/\S+)/.exec(said)?.[1];
      if (!address) return;
      clearTimeout(late);
      resolve(address);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    // A hook that runs into its own time limit would leave the platform running, and not say where it stood.
    const late = setTimeout(() => {
      child.kill('SIGTERM');
      reject(new Error(`the platform was not ready after ${longestStart / 1000} s:\n${said}`));
    }, longestStart);
    child.once('close', (code) => reject(new Error(`the platform ended with exit code ${code}:\n${said}`)));
    child.once('close', () => clearTimeout(late));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGTERM');
  });
}
