import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { keepSecret } from './keep-secret.ts';
import { natsServerBinary } from './nats-server-binary.ts';
import { endProcess, hasEnded } from './supervision/end-process.ts';
import { logTail, openLog } from './supervision/log-file.ts';
import { endStaleProcess } from './supervision/stale-process.ts';

export type EmbeddedNats = {
  readonly port: number;
  /** With the name and the password that it asks for. */
  readonly url: string;
  readonly process: ChildProcess;
  /** Writes the streams down and waits until the server is gone. */
  readonly stop: () => Promise<void>;
};

export type NatsOptions = {
  /** Absolute. Keeps the streams and the log between starts. */
  readonly dataDir: string;
  readonly port?: number | undefined;
  readonly say?: (line: string) => void;
};

/** Starts a nats-server of our own with JetStream on 127.0.0.1. */
export async function startNats({ dataDir, port: wanted, say = () => undefined }: NatsOptions): Promise<EmbeddedNats> {
  const binary = natsServerBinary(say);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const pidFile = join(dataDir, 'nats.pid');
  await endStaleProcess(pidFile, 'nats-server');
  const port = wanted ?? (await freePort());
  const log = join(dataDir, 'nats.log');
  const config = join(dataDir, 'nats.conf');
  // Kept, because clients know the password of the first start.
  const password = keepSecret(join(dataDir, 'password'));
  const settings = { port, pidFile, password, store: join(dataDir, 'streams') };
  writeFileSync(config, configuration(settings), { mode: 0o600 });
  const output = openLog(log);
  // A group of its own: Ctrl-C in the terminal must reach the supervisor only, which stops NATS after its clients.
  const child = spawn(binary, ['-c', config], { cwd: dataDir, detached: true, stdio: ['ignore', output, output] });
  await untilReady(child, port, log);
  return {
    port,
    url: `nats://${user}:${password}@127.0.0.1:${port}`,
    process: child,
    stop: () => endProcess(child, { ask: 'SIGINT', insist: 'SIGKILL', patience: 10_000 }),
  };
}

const user = 'zeropoint';

type Configuration = {
  readonly port: number;
  readonly pidFile: string;
  readonly password: string;
  readonly store: string;
};

/**
 * Understood by 2.9. Whoever may speak on the bus may end runs, so even here nobody may without the password: other
 * people of this machine reach the loopback too. The row is the truth and the queue is delivery, so the default
 * interval of syncing will do.
 */
function configuration({ port, pidFile, password, store }: Configuration): string {
  return `listen: "127.0.0.1:${port}"
authorization: { user: ${JSON.stringify(user)}, password: ${JSON.stringify(password)} }
pid_file: ${JSON.stringify(pidFile)}
jetstream: { store_dir: ${JSON.stringify(store)}, max_memory_store: 64MB, max_file_store: 1GB }
`;
}

async function untilReady(child: ChildProcess, port: number, log: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline && !hasEnded(child)) {
    if (await greets(port)) return;
    await sleep(25);
  }
  child.kill('SIGKILL');
  throw new Error(`nats-server did not start. The end of ${log}:\n${logTail(log)}`);
}

/** NATS speaks first: INFO {…}. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(1_000, () => answer(false));
    socket.once('error', () => answer(false));
    socket.once('data', (data) => answer(data.toString('latin1').startsWith('INFO ')));
  });
}
