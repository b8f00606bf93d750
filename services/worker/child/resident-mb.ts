import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Megabytes of memory a process holds; 0 when it is gone. */
export async function residentMb(pid: number): Promise<number> {
  const kilobytes = await (process.platform === 'linux' ? fromProc(pid) : fromPs(pid)).catch(() => 0);
  return Math.round(kilobytes / 1024);
}

async function fromProc(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
}

async function fromPs(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim());
}
