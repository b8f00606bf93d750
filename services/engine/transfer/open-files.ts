import { closeSync, openSync } from 'node:fs';
import type { MovingJob } from './jobs.ts';

export type OpenFiles = { readonly output: number; fdOf(path: string): number; close(): void };

/** The output and every file that a job reads from, each opened once for all threads. */
export function openFiles(output: string, jobs: readonly MovingJob[]): OpenFiles {
  const fds = new Map<string, number>();
  const close = () => closeAll(fds.values());
  try {
    const outputFd = openSync(output, 'r+');
    fds.set('', outputFd);
    for (const { source } of jobs) {
      if (source.kind === 'file' && !fds.has(source.extent.path)) {
        fds.set(source.extent.path, openSync(source.extent.path, 'r'));
      }
    }
    return {
      output: outputFd,
      fdOf(path) {
        const fd = fds.get(path);
        if (fd === undefined) throw new Error(`${path} was not opened`);
        return fd;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** One that fails to close leaves none of the others open; its error, or the first of several, is thrown at the end. */
function closeAll(fds: Iterable<number>): void {
  const errors: unknown[] = [];
  for (const fd of fds) {
    try {
      closeSync(fd);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
