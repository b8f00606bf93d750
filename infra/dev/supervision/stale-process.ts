import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A pid file outlives its process when the machine or the supervisor died. If the process is still there and is
 * `program`, it is an orphan of ours (the data folder is locked, so nobody else's): it is asked to end, and awaited.
 * If another program has the number by now, the file is removed, because servers refuse to start beside it.
 */
export async function endStaleProcess(pidFile: string, program: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  if (commandOf(pid).includes(program)) {
    if (!(await end(pid, 'SIGINT', 10_000)) && !(await end(pid, 'SIGKILL', 5_000))) {
      throw new Error(`${program} (process ${pid}) from an earlier start does not end. End it: kill -9 ${pid}`);
    }
  }
  rmSync(pidFile, { force: true });
}

async function end(pid: number, signal: NodeJS.Signals, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  if (!kill(pid, signal)) return true;
  while (Date.now() < deadline) {
    if (!kill(pid, 0)) return true;
    await sleep(50);
  }
  return false;
}

/** False when there is no such process any more. */
function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** The command line of a process; empty if there is no such process. */
export function commandOf(pid: number): string {
  if (!Number.isInteger(pid) || pid < 1) return '';
  const file = `/proc/${pid}/cmdline`;
  if (existsSync('/proc/self/cmdline')) return existsSync(file) ? readFileSync(file, 'utf8') : '';
  return spawnSync('ps', ['-p', `${pid}`, '-o', 'command='], { encoding: 'utf8' }).stdout ?? '';
}
