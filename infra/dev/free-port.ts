import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * `preferred` if nobody listens there, else another. Those from 32,768 on are given to outgoing connections too, which
 * could take one before the server that it was found for does.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await tryPort(preferred))) return preferred;
  const port = (await tryPort(randomInt(20_000, 32_768))) ?? (await tryPort(0));
  if (!port) throw new Error('No free TCP port on 127.0.0.1.');
  return port;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
