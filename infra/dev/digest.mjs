import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What is made from sources is no source. */
const made = new Set(['generated', 'node_modules', '.next', 'next-env.d.ts', 'tsconfig.tsbuildinfo']);

/** A SHA-256 over the names and bytes of the files under `paths`, which are relative to `root`. */
export function digest(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesUnder(root, path))
      hash
        .update(file)
        .update('\0')
        .update(readFileSync(join(root, file)))
        .update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(root, path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute)
    .filter((name) => !made.has(name))
    .sort()
    .flatMap((name) => filesUnder(root, `${path}/${name}`));
}
