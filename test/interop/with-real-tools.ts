import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { judged } from './judged.ts';
import { interopPython } from './python-environment.ts';

/** What the tests of a file have in common, once they run. */
export type RealTools = {
  /** A path in a folder that is removed after them. */
  scratch(...parts: readonly string[]): string;
  /** The last line that a script of this folder says, run by the interpreter with the real tools. */
  judged(words: readonly string[]): Promise<string>;
};

/** Called at the top of a file: before its tests there is an interpreter, whose making may take half an hour. */
export function withRealTools(): RealTools {
  let python = '';
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zeropoint-interop-'));
    python = await interopPython((line) => console.log(line));
  }, 1_800_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return {
    scratch: (...parts) => join(folder, ...parts),
    judged: (words) => judged(python, words),
  };
}
