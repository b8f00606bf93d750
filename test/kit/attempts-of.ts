import { spawnSync } from 'node:child_process';

/** Process ids of the attempts that a worker has running. */
export function attemptsOf(workerPid: number | undefined): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => Number(parent) === workerPid && args.at(-1) === 'attempt')
    .map(([id]) => Number(id));
}
