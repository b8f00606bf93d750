import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './lock-folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeropoint-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('lockFolder', () => {
  it('gives the lock back', () => {
    lockFolder(folder)();
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('names the process that holds it and the way out', async () => {
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'start.mjs']);
    await new Promise((resolve) => holder.once('spawn', resolve));
    writeFileSync(join(folder, 'lock'), `${holder.pid}\n`);
    await expect
      .poll(() => {
        try {
          lockFolder(folder)();
          return 'taken';
        } catch (error) {
          return String(error);
        }
      })
      .toContain(`already runs on the data folder ${folder} (process ${holder.pid}). Stop that one, or`);
    holder.kill('SIGKILL');
  });

  it.each([
    { what: 'a process that is gone', pid: '999999999' },
    { what: 'another program with the same number', pid: '1' },
    { what: 'our own number, from before a container restarted', pid: `${process.pid}` },
    { what: 'nothing that is a number', pid: '' },
  ])('takes over the lock of $what', ({ pid }) => {
    writeFileSync(join(folder, 'lock'), pid);
    const unlock = lockFolder(folder);
    expect(existsSync(join(folder, 'lock'))).toBe(true);
    unlock();
  });
});
