import { type Failure, type FailureCode, failureCodes } from '#contract/failure.ts';
import { parseStorable } from './storable-json.ts';

const longestSentence = 4_000;

/** The failure a worker reported; one that cannot be read is a failure of ours. */
export function parseFailure(json: string): Failure {
  try {
    const value = parseStorable(json);
    if (isFailure(value)) {
      return {
        code: value.code,
        message: value.message.slice(0, longestSentence),
        ...(typeof value.remedy === 'string' ? { remedy: value.remedy.slice(0, longestSentence) } : {}),
      };
    }
  } catch {
    // Falls through: not JSON is not a failure either.
  }
  return { code: 'INTERNAL', message: 'The worker reported a failure that cannot be read.' };
}

export function isPlatformFault(failure: Failure): boolean {
  return failureCodes[failure.code].fault === 'platform';
}

function isFailure(value: unknown): value is { code: FailureCode; message: string; remedy?: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    Object.hasOwn(failureCodes, value.code) &&
    'message' in value &&
    typeof value.message === 'string'
  );
}
