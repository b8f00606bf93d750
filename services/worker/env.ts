import { isAbsolute } from 'node:path';

export type WorkerEnv = {
  readonly natsUrl: string;
  readonly storeUrl: string;
  /** Absolute path of the folder in which attempts have theirs. */
  readonly scratch: string;
  readonly slots: number;
  readonly limits: AttemptLimits;
};

export type AttemptLimits = { readonly memoryMb: number; readonly seconds: number; readonly scratchMb: number };

/** Reads and checks the environment; the sentence of the error names the variable. */
export function readWorkerEnv(env: NodeJS.ProcessEnv = process.env): WorkerEnv {
  const scratch = required(env, 'ZEROPOINT_SCRATCH');
  if (!isAbsolute(scratch)) throw new Error(`ZEROPOINT_SCRATCH is ${scratch}; give an absolute path`);
  return {
    natsUrl: required(env, 'ZEROPOINT_NATS_URL'),
    storeUrl: required(env, 'ZEROPOINT_STORE'),
    scratch,
    slots: count(env, 'ZEROPOINT_WORKER_SLOTS', 1),
    limits: {
      memoryMb: count(env, 'ZEROPOINT_ATTEMPT_MEMORY_MB', 4096),
      seconds: count(env, 'ZEROPOINT_ATTEMPT_SECONDS', 3600),
      scratchMb: count(env, 'ZEROPOINT_ATTEMPT_SCRATCH_MB', 20480),
    },
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set; docs/environment.md says what it means`);
  return value;
}

function count(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} is ${text}; give a whole number from 1 up`);
  return value;
}

/** What an attempt may see of the environment: enough to run, nothing that opens a door. */
const attemptVariables = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'LD_LIBRARY_PATH',
  'NODE_ENV',
  'CUDA_VISIBLE_DEVICES',
];

export function attemptEnv(temporaryFolder: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = attemptVariables.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  return { ...Object.fromEntries(kept), TMPDIR: temporaryFolder };
}
