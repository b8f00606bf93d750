import type { ChildProcess } from 'node:child_process';

/** Which signal asks, which one insists, and how many milliseconds lie between them. */
export type Ending = { readonly ask: NodeJS.Signals; readonly insist: NodeJS.Signals; readonly patience: number };

/** Asks a child to end, insists when it takes too long, and waits until it is gone. */
export async function endProcess(child: ChildProcess, { ask, insist, patience }: Ending): Promise<void> {
  if (hasEnded(child)) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(ask);
  const timer = setTimeout(() => child.kill(insist), patience);
  await gone;
  clearTimeout(timer);
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
