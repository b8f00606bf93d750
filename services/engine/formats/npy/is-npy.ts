import { open } from 'node:fs/promises';
import { npyMagic } from './header.ts';

/** Whether a file begins as those of `numpy.save` do. */
export async function isNpy(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(npyMagic.length), 0, npyMagic.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === npyMagic;
  } finally {
    await handle.close();
  }
}
