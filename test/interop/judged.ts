import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';

const run = promisify(execFile);
const commandLine = fileURLToPath(new URL('../../infra/dev/zeropoint.mjs', import.meta.url));

/** Runs the command line as a person does; its stdout. */
export async function zeropoint(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [commandLine, ...args], { maxBuffer: 1 << 26 });
  return stdout;
}

/** Runs a Python script of this folder, which exits with a sentence on stderr if something is not as it is to be; the last line it says. */
export async function judged(python: string, [script = '', ...args]: readonly string[]): Promise<string> {
  const env = { ...process.env, OMP_NUM_THREADS: '2' };
  const verdict = await run(python, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    maxBuffer: 1 << 26,
    env,
  }).catch((error: { stderr?: string }) => ({ stdout: '', stderr: `REFUSED ${error.stderr}` }));
  expect(verdict.stderr).not.toMatch(/^REFUSED/);
  return verdict.stdout.trim().split('\n').at(-1) ?? '';
}
