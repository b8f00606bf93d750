import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectBus } from '#bus/connect-bus.ts';
import { commandOf } from '#dev/supervision/stale-process.ts';
import { startTestNats, type TestNats } from '#kit/nats.ts';

describe('the embedded broker', () => {
  let nats: TestNats;

  beforeAll(async () => {
    nats = await startTestNats();
  });

  afterAll(async () => {
    await nats?.stop();
  });

  it('hears nobody who does not say the password', async () => {
    const { port } = new URL(nats.url);
    expect(await answerTo(Number(port), 'CONNECT {"verbose":false}\r\nPING\r\n')).toContain('Authorization Violation');
  });

  it('hears the bus, also after it was started again', async () => {
    const bus = await connectBus({ url: nats.url, name: 'test' });
    await bus.ensureStreams();
    await nats.restart();
    await expect.poll(() => bus.countJobs('torchao').catch(() => null), { timeout: 15_000 }).toBe(0);
    await bus.close();
  });

  it('does not show the password in the list of processes', () => {
    const { password } = new URL(nats.url);
    expect(password).toMatch(/^.{40,}$/);
    expect(commandOf(nats.pid())).toContain('nats-server');
    expect(commandOf(nats.pid())).not.toContain(password);
  });
});

/** What the broker says to a client that speaks the protocol by hand, until it hangs up. */
function answerTo(port: number, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(words));
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(heard));
    socket.setTimeout(5_000, () => socket.destroy());
  });
}
