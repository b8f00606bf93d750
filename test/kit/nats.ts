import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNats } from '#dev/nats.ts';

export type TestNats = {
  readonly url: string;
  /** Of the server that runs now. */
  readonly pid: () => number;
  /** Kills the server as a power cut would; what it had on disk stays. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port, with what was on disk, or with nothing. */
  readonly restart: (options?: { readonly empty?: boolean }) => Promise<void>;
  /** Stops it and removes its folder. */
  readonly stop: () => Promise<void>;
};

/** A real nats-server with JetStream and a store of its own. Call stop() in afterAll. */
export async function startTestNats(): Promise<TestNats> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zeropoint-test-nats-'));
  let server = await startNats({ dataDir });
  const dieWithUs = () => server.process.kill('SIGKILL');
  process.once('exit', dieWithUs);
  const { port, url } = server;
  return {
    url,
    pid: () => server.process.pid ?? 0,
    kill: async () => {
      if (server.process.exitCode !== null || server.process.signalCode !== null) return;
      const gone = new Promise((resolve) => server.process.once('exit', resolve));
      server.process.kill('SIGKILL');
      await gone;
    },
    restart: async ({ empty = false } = {}) => {
      await server.stop();
      if (empty) rmSync(join(dataDir, 'streams'), { recursive: true, force: true });
      server = await startNats({ dataDir, port });
    },
    stop: async () => {
      process.removeListener('exit', dieWithUs);
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
