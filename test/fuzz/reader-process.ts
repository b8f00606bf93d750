import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CaseId } from './make-case.ts';
import type { Finding, Report } from './outcome.ts';
import { residentBytes } from './peak-memory.ts';

/** What one case may take. */
const caseLimits = { milliseconds: 10_000, peakBytes: 512 * 1024 ** 2 };

/** One that reads whatever it is told to, and is started again after a case that killed it. */
export type ReaderProcess = { read(id: CaseId): Promise<Report>; end(): void };

export function createReaderProcess(scratch: string): ReaderProcess {
  let started = 0;
  let child: ChildProcess | null = null;
  const start = async () => {
    const folder = `${scratch}/${++started}`;
    mkdirSync(folder, { recursive: true });
    const entry = fileURLToPath(new URL('./reader.ts', import.meta.url));
    const execArgv = ['--import', 'tsx'];
    const begun = fork(entry, [folder], { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    await new Promise((resolve, reject) => {
      begun.once('message', resolve);
      begun.once('exit', (code) => reject(new Error(`the reading process ended with ${code} before it began`)));
    });
    return begun;
  };
  return {
    async read(id) {
      child ??= await start();
      const report = await readWith(child, id);
      if (isFatal(report)) {
        child.kill('SIGKILL');
        child = null;
      }
      return report;
    },
    end: () => void child?.kill('SIGKILL'),
  };
}

const isFatal = ({ outcome }: Report) =>
  outcome.kind === 'finding' && ['crash', 'hang', 'memory', 'stray file'].includes(outcome.what);

/** Looks at the clock and at the memory of the process while it reads. */
function readWith(child: ChildProcess, id: CaseId): Promise<Report> {
  const started = performance.now();
  let said = '';
  let peak = 0;
  return new Promise((resolve) => {
    const end = (report: Report) => {
      clearInterval(watch);
      child.removeAllListeners('message').removeAllListeners('exit');
      child.stderr?.removeAllListeners('data');
      resolve(report);
    };
    const finding = (what: Finding['what'], detail: string) =>
      end({
        id,
        outcome: { kind: 'finding', what, detail },
        milliseconds: performance.now() - started,
        peakBytes: peak,
      });
    const watch = setInterval(() => {
      peak = Math.max(peak, residentBytes(child.pid ?? 0) ?? 0);
      if (peak > 2 * caseLimits.peakBytes) finding('memory', `${peak} bytes and growing`);
      else if (performance.now() - started > caseLimits.milliseconds)
        finding('hang', `no answer in ${caseLimits.milliseconds} ms`);
    }, 100);
    child.stderr?.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-4_000);
    });
    child.once('message', (report: Report) => {
      const over = report.peakBytes > caseLimits.peakBytes && report.outcome.kind !== 'finding';
      if (over) finding('memory', `${report.peakBytes} bytes at the peak`);
      else end(report);
    });
    child.once('exit', (code, signal) => finding('crash', `ended with ${signal ?? code}: ${said}`));
    child.send(id);
  });
}
