import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, hasEnded } from './end-process.ts';
import { logTail, openLog } from './log-file.ts';
import type { Running } from './supervise.ts';

export type Program = {
  readonly name: string;
  /** Arguments of node. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: string;
  /** Answers below 500 when the program can be used; without it, a program that runs is usable. */
  readonly readyUrl?: string;
};

const startsWithin = 60_000;

/** Starts one of our own Node programs with its output in a file. */
export async function startProgram(program: Program): Promise<Running> {
  const output = openLog(program.log);
  const child = spawn(process.execPath, [...endWithParent, ...program.args], {
    cwd: program.cwd,
    env: program.env,
    // A group of its own: Ctrl-C in the terminal must reach the supervisor only, which stops things in order.
    detached: true,
    stdio: ['ignore', output, output],
  });
  const stop = () => endProcess(child, { ask: 'SIGTERM', insist: 'SIGKILL', patience: 10_000 });
  const deadline = Date.now() + startsWithin;
  while (program.readyUrl && !(await answers(program.readyUrl))) {
    if (hasEnded(child) || Date.now() > deadline) {
      await stop();
      const why = Date.now() > deadline ? `did not answer within ${startsWithin / 1000} s` : 'ended while it started';
      throw new Error(`${program.name} ${why}. The end of ${program.log}:\n${logTail(program.log)}`);
    }
    await sleep(50);
  }
  return { process: child, stop };
}

/** A program whose supervisor was killed must not go on without it; the system then gives it another parent. */
const watchParent = `const parent = process.ppid;
setInterval(() => { if (process.ppid !== parent) { process.kill(process.pid, 'SIGTERM'); setTimeout(() => process.exit(1), 5000).unref(); } }, 1000).unref();`;
const endWithParent = ['--enable-source-maps', '--import', `data:text/javascript,${encodeURIComponent(watchParent)}`];

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}
