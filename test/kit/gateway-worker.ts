import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

type WorkerPlace = { readonly workerEnv: Readonly<Record<string, string>>; readonly folder: string };

export type DevWorker = { stop(): Promise<void> };

/** The worker that `npm start` runs: all three backends in one process of its own. */
export function startDevWorker({ workerEnv, folder }: WorkerPlace): DevWorker {
  const main = fileURLToPath(new URL('../../infra/dev/worker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: { ...process.env, ...workerEnv, ZEROPOINT_SCRATCH: join(folder, 'scratch') },
    stdio: 'inherit',
  });
  return {
    async stop() {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}
