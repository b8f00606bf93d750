import { type Platform, startPlatform } from './platform.ts';
import { createTenant, type Tenant } from './tenant.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

/** All that a test file needs whose runs one worker performs. */
export type Runs = {
  readonly platform: Platform;
  readonly tenant: Tenant;
  readonly worker: WorkerProcess;
  stop(): Promise<void>;
};

/** `how` is for `startWorker`. A `beforeAll` may return `stop`. */
export async function startRuns(how?: Parameters<typeof startWorker>[1]): Promise<Runs> {
  const platform = await startPlatform();
  try {
    await platform.startDispatch();
    const tenant = await createTenant(platform);
    const worker = await startWorker(platform, how);
    const stop = async () => {
      await worker.kill();
      await platform.stop();
    };
    return { platform, tenant, worker, stop };
  } catch (error) {
    await platform.stop();
    throw error;
  }
}
