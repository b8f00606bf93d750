import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Cost } from './measure.ts';

const run = promisify(execFile);

/**
 * What a process costs from its start to its end. Its times are what bash's `time` reads from wait4(2); the peak of its
 * memory is the last word on its stdout, `{…"peakRssBytes":N…}` or N, since no program on every system tells it.
 */
export async function processCost(command: readonly string[]): Promise<Cost> {
  const { stdout, stderr } = await run('bash', ['-c', 'TIMEFORMAT="TIMES %R %U %S"; time "$@"', 'bash', ...command], {
    maxBuffer: 1 << 26,
  });
  const [wall = 0, user = 0, system = 0] = (/TIMES (.*)$/m.exec(stderr)?.[1] ?? '').split(' ').map(Number);
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const peak = Number(/"peakRssBytes":(\d+)/.exec(last)?.[1] ?? (last === '' ? Number.NaN : last));
  return { wallSeconds: wall, cpuSeconds: user + system, peakRssBytes: Number.isNaN(peak) ? null : peak };
}
