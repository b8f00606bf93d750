import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { endProcess } from './end-process.ts';
import { type Running, supervise } from './supervise.ts';

/** Real processes: each runs `script` in node. */
function programs(...scripts: readonly string[]) {
  const started: Running[] = [];
  const start = async (): Promise<Running> => {
    const script = scripts[Math.min(started.length, scripts.length - 1)];
    if (script === 'no') throw new Error('it cannot start');
    const child = spawn(process.execPath, ['-e', script ?? '']);
    const stop = () => endProcess(child, { ask: 'SIGTERM', insist: 'SIGKILL', patience: 2_000 });
    const running = { process: child, stop };
    started.push(running);
    return running;
  };
  return { started, start };
}

const stays = 'setInterval(() => {}, 1000)';

describe('supervise', () => {
  it('starts a program again that ended by itself, and says so', async () => {
    const said: string[] = [];
    const { started, start } = programs('process.exit(7)', stays);
    const service = await supervise({ name: 'it', start }, (line) => said.push(line));
    await expect.poll(() => started.length, { timeout: 5_000 }).toBe(2);
    await expect.poll(() => said).toEqual(['it ended (with exit code 7); starting it again in 0.5 s', 'it is back']);
    await service.stop();
    expect(started[1]?.process.signalCode).toBe('SIGTERM');
  });

  it('waits twice as long after each quick end', async () => {
    const said: string[] = [];
    const { start } = programs('process.exit(1)');
    const service = await supervise({ name: 'it', start }, (line) => said.push(line));
    const waits = () => said.flatMap((line) => /again in ([\d.]+) s/.exec(line)?.[1] ?? []);
    await expect.poll(waits, { timeout: 10_000 }).toEqual(['0.5', '1', '2']);
    await service.stop();
  });

  it('rejects when the first start fails', async () => {
    const { start } = programs('no');
    await expect(supervise({ name: 'it', start }, () => undefined)).rejects.toThrow('it cannot start');
  });

  it('does not start again what was stopped', async () => {
    const { started, start } = programs(stays);
    const said: string[] = [];
    const service = await supervise({ name: 'it', start }, (line) => said.push(line));
    await service.stop();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect([started.length, said]).toEqual([1, []]);
  });

  it('insists when a program does not listen', async () => {
    const child = spawn(process.execPath, ['-e', `process.on('SIGTERM', () => {}); console.log('up'); ${stays}`]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await endProcess(child, { ask: 'SIGTERM', insist: 'SIGKILL', patience: 200 });
    expect(child.signalCode).toBe('SIGKILL');
  });
});
