import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Failure } from '#contract/failure.ts';
import { type AttemptLimits, attemptEnv } from '../env.ts';
import { describeCrash } from './describe-crash.ts';
import { readSaying } from './read-saying.ts';
import { tailOf } from './tail-of.ts';
import type { Saying, Task, TaskResult } from './task.ts';
import { watchLimits } from './watch-limits.ts';

export const attemptRole = 'attempt';

export type AttemptProcess = {
  readonly task: Task;
  /** The attempt's own folder; what it holds counts against the limit of scratch. */
  readonly folder: string;
  readonly temporaryFolder: string;
  readonly limits: AttemptLimits;
  /** Aborting ends the process at once. */
  readonly signal: AbortSignal;
  onSaying(saying: Saying): void;
};

export type AttemptEnd = { readonly result: TaskResult } | { readonly failure: Failure };

/** Time to leave after the last word; a native library may hang in its own end. */
const farewell = 5_000;

/**
 * Runs a task in a process of its own: its own group, so that it is ended whole; lower priority, so that the
 * worker's heartbeats come through; none of the worker's secrets. However it ends, one answer says how.
 */
export async function forkAttempt(attempt: AttemptProcess): Promise<AttemptEnd> {
  const child = start(attempt);
  const killGroup = () => kill(child);
  const stderr = tailOf(child.stderr);
  tailOf(child.stdout);
  const watch = watchLimits({ pid: child.pid, ...attempt, onExceeded: killGroup });
  attempt.signal.addEventListener('abort', killGroup);
  if (attempt.signal.aborted) killGroup();
  try {
    const { lastWord, code, signal } = await listen(child, attempt);
    return (
      watch.exceeded() ?? lastWord ?? { failure: describeCrash({ code, signal, stderr: stderr(), ...watch.seen() }) }
    );
  } finally {
    attempt.signal.removeEventListener('abort', killGroup);
    watch.stop();
    killGroup();
  }
}

function start({ task, temporaryFolder, limits }: AttemptProcess): ChildProcess {
  const program = process.argv[1];
  if (!program) throw new Error('A worker is started from a file');
  const child = fork(program, [attemptRole], {
    execArgv: [...inheritedOptions(), `--max-old-space-size=${limits.memoryMb}`],
    env: attemptEnv(temporaryFolder),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  try {
    if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A niceness that cannot be set costs smoothness, nothing else.
  }
  child.send(task, () => undefined);
  return child;
}

/** A debugger's port cannot be had twice. */
function inheritedOptions(): string[] {
  return process.execArgv.filter((option) => !option.startsWith('--inspect'));
}

type ProcessEnd = {
  readonly lastWord: AttemptEnd | null;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
};

function listen(child: ChildProcess, { onSaying }: AttemptProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    let lastWord: AttemptEnd | null = null;
    child.on('message', (message) => {
      const saying = readSaying(message);
      if (!saying) return kill(child);
      if (saying.say === 'done') lastWord = { result: saying.result };
      else if (saying.say === 'failed') lastWord = { failure: saying.failure };
      else return onSaying(saying);
      setTimeout(() => kill(child), farewell).unref();
    });
    child.on('error', (error) => {
      lastWord ??= { failure: { code: 'CRASHED', message: `The attempt could not be started: ${error.message}.` } };
      if (child.pid === undefined) resolve({ lastWord, code: null, signal: null });
    });
    // What is left of the group would keep the pipes open, and `close` waiting.
    child.on('exit', () => kill(child));
    child.on('close', (code, signal) => resolve({ lastWord, code, signal }));
  });
}

function kill({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
