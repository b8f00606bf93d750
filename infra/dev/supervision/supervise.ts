import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that is up and usable. */
export type Running = { readonly process: ChildProcess; readonly stop: () => Promise<void> };

export type Service = {
  readonly name: string;
  /** Resolves when the service can be used; rejects, with nothing left behind, when it cannot be. */
  readonly start: () => Promise<Running>;
};

export type Supervised = {
  /** Stops the service and does not start it again. */
  readonly stop: () => Promise<void>;
  /** Ends it at once. */
  readonly kill: () => void;
};

const shortestWait = 500;
const longestWait = 30_000;
/** A service that lived this long is not in a crash loop. */
const healthyAfter = 60_000;

/**
 * Starts a service and, whenever it ends by itself, starts it again, waiting twice as long after each quick end.
 * A first start that fails rejects: then something is wrong that trying again does not mend.
 */
export async function supervise({ name, start }: Service, say: (line: string) => void): Promise<Supervised> {
  const stopping = new AbortController();
  let running = await start();
  const watching = watch();

  async function watch(): Promise<void> {
    let wait = shortestWait;
    while (!stopping.signal.aborted) {
      const since = Date.now();
      const how = await ended(running.process);
      if (stopping.signal.aborted) return;
      if (Date.now() - since > healthyAfter) wait = shortestWait;
      do {
        say(`${name} ended (${how}); starting it again in ${wait / 1000} s`);
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
        wait = Math.min(wait * 2, longestWait);
      } while (!stopping.signal.aborted && !(await startAgain()));
    }
  }

  async function startAgain(): Promise<boolean> {
    try {
      running = await start();
      say(`${name} is back`);
      return true;
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  return {
    stop: async () => {
      stopping.abort();
      await running.stop();
      await watching;
      // A start that was under way when the stop came has finished by now.
      await running.stop();
    },
    kill: () => {
      stopping.abort();
      running.process.kill('SIGKILL');
    },
  };
}

function ended(child: ChildProcess): Promise<string> {
  const how = () => (child.signalCode ? `by ${child.signalCode}` : `with exit code ${child.exitCode}`);
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(how());
  return new Promise((resolve) => child.once('exit', () => resolve(how())));
}
