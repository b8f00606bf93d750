import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/** A process as it can be told from all others: a number is given again, but not within the same moment. */
export type ProcessMark = {
  /** Where numbers mean the same processes: one start of one machine and, on Linux, one namespace. Hexadecimal. */
  readonly space: string;
  readonly pid: number;
  /** When it started, in the system's own units. */
  readonly start: number;
};

/** Of this process; null where the system does not tell. */
export function ownMark(): ProcessMark | null {
  const space = ownSpace();
  const start = startOf(process.pid);
  return space === null || start === null ? null : { space, pid: process.pid, start };
}

/** Whether the process of a mark has ended for sure. One that cannot be seen from here may live. */
export function hasEnded({ space, pid, start }: ProcessMark): boolean {
  if (space !== ownSpace()) return false;
  if (!isThere(pid)) return true;
  const now = startOf(pid);
  return now !== null && now !== start;
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: somebody else's.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function ownSpace(): string | null {
  const said = asked(() => systems[process.platform]?.space() ?? null);
  return said === null ? null : createHash('sha256').update(said).digest('hex').slice(0, 12);
}

function startOf(pid: number): number | null {
  const start = asked(() => systems[process.platform]?.startOf(pid) ?? null);
  return Number.isSafeInteger(start) ? start : null;
}

function asked<Answer>(ask: () => Answer): Answer | null {
  try {
    return ask();
  } catch {
    return null;
  }
}

type System = { space(): string; startOf(pid: number): number };

const linux: System = {
  space: () =>
    [
      readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
      ...['pid', 'time'].map((kind) => asked(() => readlinkSync(`/proc/self/ns/${kind}`)) ?? ''),
    ].join(),
  // proc_pid_stat(5): the 22nd field, ticks since the system started; the second may hold blanks and parentheses.
  startOf: (pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  },
};

const darwin: System = {
  space: () => run('/usr/sbin/sysctl', '-n', 'kern.bootsessionuuid'),
  startOf: (pid) => Date.parse(`${run('/bin/ps', '-o', 'lstart=', '-p', String(pid)).trim()} UTC`) / 1000,
};

const systems: { readonly [Platform in NodeJS.Platform]?: System } = { linux, darwin };

function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
