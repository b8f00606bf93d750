import { Worker } from 'node:worker_threads';

/**
 * Ends this process soon after its parent is gone, even if its main thread never comes back from a loop: a thread
 * of its own watches. Without it a killed worker would leave attempts that go on computing for nobody.
 */
export function dieWithParent(): void {
  // It went while this process was still starting, and nothing will tell.
  if (!process.connected) process.exit(1);
  const watch = `
    const parent = process.ppid;
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 500);
  `;
  new Worker(watch, { eval: true, execArgv: [] }).unref();
  process.once('disconnect', () => process.exit(1));
}
