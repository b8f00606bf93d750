import type { Failure } from '#contract/failure.ts';
import type { AttemptLimits } from '../env.ts';
import { outOfMemory } from './describe-crash.ts';
import { folderBytes } from './folder-bytes.ts';
import { residentMb } from './resident-mb.ts';

export type LimitWatch = {
  /** The limit that was exceeded, as the failure it means. */
  exceeded(): { readonly failure: Failure } | null;
  seen(): { readonly peakMb: number; readonly limitMb: number };
  stop(): void;
};

export type Watched = {
  readonly pid: number | undefined;
  readonly folder: string;
  readonly limits: AttemptLimits;
  /** Called once, to end what is watched. */
  onExceeded(): void;
};

const memoryEvery = 200;
const scratchEvery = 1_000;

/** Looks at memory, time and scratch of a process from outside, where its own loops cannot keep one from looking. */
export function watchLimits({ pid, folder, limits, onExceeded }: Watched): LimitWatch {
  let failure: Failure | null = null;
  let peakMb = 0;

  const exceed = (found: Failure) => {
    if (failure) return;
    failure = found;
    onExceeded();
  };
  const lookAtMemory = async () => {
    peakMb = Math.max(peakMb, pid === undefined ? 0 : await residentMb(pid));
    if (peakMb > limits.memoryMb) exceed(outOfMemory({ peakMb, limitMb: limits.memoryMb }));
  };
  const lookAtScratch = async () => {
    const megabytes = Math.round((await folderBytes(folder)) / 2 ** 20);
    if (megabytes > limits.scratchMb) exceed(outOfScratch(megabytes, limits));
  };

  const stops = [lookEvery(memoryEvery, lookAtMemory), lookEvery(scratchEvery, lookAtScratch)];
  const timeout = setTimeout(() => exceed(outOfTime(limits)), limits.seconds * 1_000);
  return {
    exceeded: () => failure && { failure },
    seen: () => ({ peakMb, limitMb: limits.memoryMb }),
    stop() {
      clearTimeout(timeout);
      for (const stop of stops) stop();
    },
  };
}

/** Looks again and again, but not while the last look lasts: a folder of a million files takes long to count. */
function lookEvery(milliseconds: number, look: () => Promise<void>): () => void {
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  }, milliseconds);
  return () => clearInterval(timer);
}

function outOfTime({ seconds }: AttemptLimits): Failure {
  return {
    code: 'OUT_OF_TIME',
    message: `The attempt was not done after ${seconds} seconds, which is its limit.`,
    remedy: 'Use fewer calibration samples or a smaller model, or give the worker a higher ZEROPOINT_ATTEMPT_SECONDS.',
  };
}

export function outOfScratch(megabytes: number, { scratchMb }: AttemptLimits): Failure {
  return {
    code: 'OUT_OF_SCRATCH',
    message: `The attempt's files take ${megabytes} MB; its limit is ${scratchMb} MB.`,
    remedy: 'Use smaller inputs, or give the worker a higher ZEROPOINT_ATTEMPT_SCRATCH_MB.',
  };
}
