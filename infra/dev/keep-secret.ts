import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * The text of a file that only we may read, made the first time: 48 random bytes unless `make` says otherwise. Made
 * beside its place and moved there, so that a start that is interrupted leaves no half a secret.
 */
export function keepSecret(path: string, make: () => string = randomText): string {
  if (!existsSync(path)) {
    const partial = `${path}.${process.pid}`;
    writeFileSync(partial, make(), { mode: 0o600, flush: true });
    renameSync(partial, path);
  }
  return readFileSync(path, 'utf8').trim();
}

function randomText(): string {
  return randomBytes(48).toString('base64url');
}
