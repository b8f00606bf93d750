import type { Failure } from '#contract/failure.ts';
import { isOutOfMemory } from './failure-of.ts';

export type Crash = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly peakMb: number;
  readonly limitMb: number;
};

const lastLines = 4;

/** A sentence for a process that ended without a last word. */
export function describeCrash(crash: Crash): Failure {
  if (isOutOfMemory(crash.stderr)) return outOfMemory(crash);
  const how = crash.signal ? `was ended by ${crash.signal}` : `ended with exit code ${crash.code}`;
  const hint =
    crash.signal === 'SIGKILL' ? `; it held ${crash.peakMb} MB, and the machine may have run out of memory` : '';
  return { code: 'CRASHED', message: `The attempt ${how} before it was done${hint}.${lastWords(crash.stderr)}` };
}

export function outOfMemory({ peakMb, limitMb }: { peakMb: number; limitMb: number }): Failure {
  return {
    code: 'OUT_OF_MEMORY',
    message: `The attempt held ${peakMb} MB of memory; its limit is ${limitMb} MB.`,
    remedy: 'Use a smaller batch or model, or give the worker a higher ZEROPOINT_ATTEMPT_MEMORY_MB.',
  };
}

function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? '' : ` Its last words: ${lines.slice(-lastLines).join(' | ').slice(-1_000)}`;
}
