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

/** Of the process that last said it is up, in the log that `npm start` keeps for it; a worker may take a moment longer. */
export async function pidOf({ dataDir }: Platform, name: 'gateway' | 'worker'): Promise<number> {
  for (let patience = 300; patience > 0; patience--) {
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
      if (address) resolve(address);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('close', (code) => reject(new Error(`the platform ended with exit code ${code}:\n${said}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGTERM');
  });
}
