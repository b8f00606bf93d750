import { InputError } from '#contract/failure.ts';
import type { ByteSource } from '../byte-source.ts';
import { readPickle } from './pickle/read.ts';

/** Pickles that run code are small, and do it before anything else. */
const readBytes = 1 << 20;

/** Refuses a bare pickle that asks for a way to run code, as it would be inside a .pth. Errors: UNSAFE_FILE. */
export async function refuseUnsafePickle(source: ByteSource): Promise<void> {
  const bytes = await source.read(0, Math.min(source.size, readBytes));
  try {
    readPickle(bytes, source.name);
  } catch (error) {
    // Whatever else is wrong with it, it is no .pth anyway.
    if (!(error instanceof InputError) || error.code === 'UNSAFE_FILE') throw error;
  }
}
