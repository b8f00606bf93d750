import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from './replace-file.mjs';

const memory = (root) => join(root, 'node_modules/.cache/zeropoint/cli.json');

/** Whether the bundle of the command line is of the sources as they are: by their times, which takes a few milliseconds. */
export function cliIsFresh(root) {
  if (!existsSync(join(root, 'dist/cli.mjs')) || !existsSync(memory(root))) return false;
  const times = JSON.parse(readFileSync(memory(root), 'utf8'));
  return Object.entries(times).every(([path, time]) => timeOf(root, path) === time);
}

/** A file that changed while it was being bundled gets no time, and so is stale. */
export function rememberCliInputs(root, { started, paths }) {
  const times = paths.map((path) => [path, timeOf(root, path)]);
  const kept = times.map(([path, time]) => [path, time < started ? time : null]);
  mkdirSync(dirname(memory(root)), { recursive: true });
  replaceFile(memory(root), JSON.stringify(Object.fromEntries(kept)));
}

function timeOf(root, path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs;
}
