import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { kernelModule } from '../kernels/module.ts';
import { createBoard, takeTask } from './board.ts';
import { cutTasks } from './cut-tasks.ts';
import { factsOf } from './job-facts.ts';
import type { QuantizeJob } from './jobs.ts';
import { openFiles } from './open-files.ts';
import { performAll } from './perform-all.ts';
import { fileSource, placeJobs, quantizeJob, runTransfer } from './run-transfer.fixture.ts';
import { transfer } from './transfer.ts';

let scratch: string;
let source: Awaited<ReturnType<typeof fileSource>>;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-threads-'));
  source = await fileSource(join(scratch, 'weights'), new Uint8Array(rows * cols * 4));
});
afterAll(() => rm(scratch, { recursive: true }));

/** Enough for a second thread. */
const [rows, cols] = [10_000, 1_000];

/** One scale for all, so that who encodes waits for who measures. */
function job(): QuantizeJob {
  const scheme = { dtype: 'int8', rounding: 'float32', unusual: 'repair' } as const;
  return quantizeJob({ name: 'w', source, dtype: 'float32', rows, cols, block: { rows, cols }, scheme });
}

it.each([0, 1, 3, 9])(
  'a transfer fails when a thread of its own is ended after %d ms, and leaves no file',
  async (milliseconds) => {
    const end = (thread: Worker) =>
      thread.once('online', () => setTimeout(() => void thread.terminate(), milliseconds));
    process.on('worker', end);
    onTestFinished(() => void process.off('worker', end));
    await expect(runTransfer(scratch, Array.from({ length: 8 }, job))).rejects.toThrow(
      'a thread ended with exit code 1 before its work was done',
    );
    expect(await readdir(scratch)).not.toContain('output');
  },
);

it('an abort is heard while a piece is missing that another thread has taken', async () => {
  const work = await smallTransfer();
  takeTask(work.facts.board);
  const reason = new Error('enough');
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 50);
  const order = { jobs: work.jobs, threads: 2, signal: controller.signal, onProgress: () => undefined };
  await expect(performAll(work.facts, order)).rejects.toBe(reason);
});

it.runIf(process.platform === 'linux')('a full disk is an error of the system, from whichever thread', async () => {
  const jobs = [job()];
  const work = { path: '/dev/full', placed: placeJobs(jobs), jobs, signal: new AbortController().signal };
  await expect(transfer({ ...work, threads: 2, onProgress: () => undefined })).rejects.toMatchObject({
    code: 'ENOSPC',
  });
});

/** Of a weight that is too little for a second thread, and too much for a slab. */
async function smallTransfer() {
  const path = join(scratch, 'small');
  await writeFile(path, '');
  const part = await fileSource(join(scratch, 'part'), new Uint8Array(2_000 * cols * 4));
  const jobs = [quantizeJob({ ...job(), source: part, rows: 2_000, block: { rows: 2_000, cols } })];
  const placed = placeJobs(jobs);
  const files = openFiles(path, jobs);
  onTestFinished(() => files.close());
  const facts = jobs.map((one) => factsOf(one, { placed, fdOf: files.fdOf }));
  const cut = cutTasks(facts);
  const board = createBoard(cut);
  const module = kernelModule();
  return { jobs, facts: { fd: files.output, jobs: facts, tasks: cut.tasks, board, module, checksums: true } };
}
