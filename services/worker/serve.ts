import { runAttemptProcess } from './child/attempt-process.ts';
import { attemptRole } from './child/fork-attempt.ts';
import { readWorkerEnv } from './env.ts';
import { startHost } from './host.ts';
import type { Service } from './service.ts';

/**
 * The whole of a service's `main.ts`. The process claims and guards runs; each attempt is a second process of
 * the same program, started with the role as its argument, which does the work and nothing else.
 */
export async function serve(service: Service): Promise<void> {
  if (process.argv[2] === attemptRole) return runAttemptProcess(service);
  const host = await startHost(service, readWorkerEnv());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A second signal does not wait.
      if (host.stopping()) process.exit(1);
      void host.stop().then(() => process.exit(0));
    });
  }
}
