import { type ChildProcess, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Platform } from './platform.ts';

export type WorkerProcess = {
  readonly process: ChildProcess;
  /** Names of the folders of attempts that are there now. */
  scratch(): Promise<string[]>;
  signal(name: NodeJS.Signals): void;
  /** Ends it the hard way and resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves to its exit code. */
  ended(): Promise<number | null>;
};

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A worker as `npm start` would start it: a process of its own, running the program at `program`. */
export async function startWorker(
  platform: Platform,
  { program = 'test/integration/runs/service.ts', env = {} }: { program?: string; env?: Record<string, string> } = {},
): Promise<WorkerProcess> {
  const scratch = join(platform.folder, 'scratch');
  const worker = spawn(process.execPath, ['--import', 'tsx', program], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      ZEROPOINT_NATS_URL: platform.nats.url,
      ZEROPOINT_STORE: platform.storeUrl,
      ZEROPOINT_SCRATCH: scratch,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const dieWithUs = () => worker.kill('SIGKILL');
  process.once('exit', dieWithUs);
  const exit = new Promise<number | null>((resolve) => worker.once('exit', resolve));
  void exit.then(() => process.removeListener('exit', dieWithUs));
  await new Promise<void>((resolve, reject) => {
    void exit.then((code) => reject(new Error(`The worker ended with ${code} before it was ready`)));
    worker.stdout?.on('data', (text) => String(text).includes('worker is ready') && resolve());
  });
  return {
    process: worker,
    async scratch() {
      const workers = await readdir(scratch);
      return (await Promise.all(workers.map((name) => readdir(join(scratch, name)).catch(() => [])))).flat();
    },
    signal: (name) => void worker.kill(name),
    async kill() {
      worker.kill('SIGKILL');
      await exit;
    },
    ended: () => exit,
  };
}
