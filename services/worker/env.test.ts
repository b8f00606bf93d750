import { describe, expect, test } from 'vitest';
import { attemptEnv, readWorkerEnv } from './env.ts';

const least = { ZEROPOINT_NATS_URL: 'nats://a', ZEROPOINT_STORE: 'file:///s', ZEROPOINT_SCRATCH: '/scratch' };

describe('the environment of a worker', () => {
  test('has the limits of docs/environment.md by default', () => {
    expect(readWorkerEnv(least)).toEqual({
      natsUrl: 'nats://a',
      storeUrl: 'file:///s',
      scratch: '/scratch',
      slots: 1,
      limits: { memoryMb: 4096, seconds: 3600, scratchMb: 20480 },
    });
  });

  test.each([
    ['ZEROPOINT_NATS_URL', ''],
    ['ZEROPOINT_STORE', ''],
    ['ZEROPOINT_SCRATCH', 'relative'],
    ['ZEROPOINT_WORKER_SLOTS', '0'],
    ['ZEROPOINT_ATTEMPT_MEMORY_MB', 'much'],
    ['ZEROPOINT_ATTEMPT_SECONDS', '1.5'],
  ])('is refused by the name of %s when it is %j', (name, value) => {
    expect(() => readWorkerEnv({ ...least, [name]: value })).toThrow(name);
  });

  test('is not the environment of an attempt', () => {
    const env = { ...least, PATH: '/bin', ZEROPOINT_SECRET: 'hidden', AWS_SECRET_ACCESS_KEY: 'hidden' };
    expect(attemptEnv('/tmp/attempt', env)).toEqual({ PATH: '/bin', TMPDIR: '/tmp/attempt' });
  });
});
