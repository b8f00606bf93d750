import { existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const largest = 10 * 1024 * 1024;

/** Opens a log for appending and gives its descriptor; what is larger than 10 MiB is put aside as `.old` first. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path) && statSync(path).size > largest) renameSync(path, `${path}.old`);
  return openSync(path, 'a', 0o600);
}

/** The last lines of a log, for a message about a program that ended. */
export function logTail(path: string, lines = 8): string {
  if (!existsSync(path)) return '(it wrote nothing)';
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
