import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endStaleProcess } from './stale-process.ts';

let folder: string;
let pidFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeropoint-stale-'));
  pidFile = join(folder, 'pid');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('endStaleProcess', () => {
  it('ends an orphan and removes its file', async () => {
    const orphan = spawn(process.execPath, ['-e', `console.log('up'); setInterval(() => {}, 1000)`, 'my-server']);
    await new Promise((resolve) => orphan.stdout.once('data', resolve));
    writeFileSync(pidFile, `${orphan.pid}\n/some/where\n`);
    await endStaleProcess(pidFile, 'my-server');
    expect(existsSync(pidFile)).toBe(false);
    await expect.poll(() => orphan.signalCode).toBe('SIGINT');
  });

  it('leaves another program with that number alone, and removes the file', async () => {
    const other = spawn(process.execPath, ['-e', `console.log('up'); setInterval(() => {}, 1000)`]);
    await new Promise((resolve) => other.stdout.once('data', resolve));
    writeFileSync(pidFile, `${other.pid}`);
    await endStaleProcess(pidFile, 'my-server');
    expect([existsSync(pidFile), other.exitCode, other.signalCode]).toEqual([false, null, null]);
    other.kill('SIGKILL');
  });

  it.each(['999999999', 'not a number', ''])('removes a file that says "%s"', async (pid) => {
    writeFileSync(pidFile, pid);
    await endStaleProcess(pidFile, 'my-server');
    expect(existsSync(pidFile)).toBe(false);
  });
});
