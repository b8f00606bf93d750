import { type Failure, InputError } from '#contract/failure.ts';

/** What a thrown value means to the user; of what is not the user's the stack goes to the worker's log. */
export function failureOf(error: unknown): Failure {
  if (error instanceof InputError) return error.toFailure();
  const message = error instanceof Error ? error.message : String(error);
  if (isOutOfMemory(message)) {
    return {
      code: 'OUT_OF_MEMORY',
      message: `The attempt could not allocate the memory it needs: ${message}.`,
      remedy: 'Use a smaller batch or model, or give the worker a higher ZEROPOINT_ATTEMPT_MEMORY_MB.',
    };
  }
  console.error(error);
  return { code: 'INTERNAL', message: `A defect of ours stopped the attempt: ${message}` };
}

export function isOutOfMemory(text: string): boolean {
  return /heap out of memory|allocation failed|bad_alloc|failed to allocate memory|Could not allocate/i.test(text);
}
