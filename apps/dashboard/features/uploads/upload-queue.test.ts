import { expect, test } from 'vitest';
import type { UploadStatus } from './upload-file.ts';
import { createUploadQueue } from './upload-queue.ts';

const files = ['a', 'b', 'c', 'd'].map((name) => new File([name], name));
const [a, b, c, d] = files as [File, File, File, File];

function queueOf(atOnce: number) {
  const said = new Map<string, (status: UploadStatus) => void>();
  const log: string[] = [];
  let shown = '';
  const queue = createUploadQueue({
    atOnce,
    start(file, onStatus) {
      log.push(`start ${file.name}`);
      said.set(file.name, onStatus);
      return {
        pause: () => onStatus({ phase: 'paused', sent: 0, total: 1 }),
        resume: () => onStatus({ phase: 'sending', sent: 0, total: 1, cut: false }),
        cancel: () => void log.push(`cancel ${file.name}`),
      };
    },
    onChange(uploads) {
      shown = uploads.map(({ file, status }) => `${file.name} ${status.phase}`).join(', ');
    },
  });
  const done = (file: File) => said.get(file.name)?.({ phase: 'done', uploadId: file.name, sha256: '' });
  return { queue, log, done, shown: () => shown };
}

test('a few start at once, the rest when a place is free', () => {
  const { queue, log, done, shown } = queueOf(2);
  queue.want(files);
  expect(shown()).toBe('a hashing, b hashing, c waiting, d waiting');
  done(b);
  expect(shown()).toBe('a hashing, b done, c hashing, d waiting');
  expect(log).toEqual(['start a', 'start b', 'start c']);
});

test('a file that is no longer wanted is canceled and leaves its place; what it says later counts nothing', () => {
  const { queue, log, done, shown } = queueOf(1);
  queue.want([a, b]);
  queue.want([b, c]);
  expect(log).toEqual(['start a', 'cancel a', 'start b']);
  done(a);
  expect(shown()).toBe('b hashing, c waiting');
});

test('a paused upload lets another go on; a failed one is begun anew', () => {
  const { queue, done, shown } = queueOf(1);
  queue.want([a, d]);
  queue.pause(a);
  expect(shown()).toBe('a paused, d hashing');
  done(d);
  queue.retry(a);
  expect(shown()).toBe('a hashing, d done');
});
