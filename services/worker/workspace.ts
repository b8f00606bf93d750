import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of one attempt. */
export type Workspace = {
  readonly folder: string;
  readonly inputs: string;
  readonly outputs: string;
  readonly temporary: string;
  wipe(): Promise<void>;
};

export type Scratch = { createWorkspace(name: string): Promise<Workspace> };

/**
 * Takes this process's part of the scratch folder, and wipes what processes that are gone left in theirs: a killed
 * worker cannot wipe its own.
 */
export async function openScratch(folder: string): Promise<Scratch> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    if (isAbandoned(name)) await remove(join(folder, name));
  }
  const own = join(folder, `worker-${process.pid}`);
  await mkdir(own);
  return { createWorkspace: (name) => createWorkspace(join(own, name)) };
}

async function createWorkspace(folder: string): Promise<Workspace> {
  const workspace = {
    folder,
    inputs: join(folder, 'in'),
    outputs: join(folder, 'out'),
    temporary: join(folder, 'tmp'),
    wipe: () => remove(folder),
  };
  await remove(folder);
  for (const part of [workspace.inputs, workspace.outputs, workspace.temporary]) await mkdir(part, { recursive: true });
  return workspace;
}

/** A process that was ended a moment ago may still be making a file; the second try finds the folder quiet. */
function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 200 });
}

/** Ours by number is abandoned too: containers give every process the same. */
function isAbandoned(name: string): boolean {
  const pid = Number(/^worker-(\d+)$/.exec(name)?.[1]);
  if (!Number.isInteger(pid)) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
