import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Sha256, sha256OfFile } from './sha256-of-file.ts';

/**
 * The bytes of all files in a folder and in the folders in it, and the SHA-256 of the lines `digest  path` that sha256sum
 * would write of them, sorted by path. What is hidden is passed over, and so are links to folders.
 */
export function sha256OfFolder(folder: string): Sha256 {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const path of filesIn(folder, '').sort()) {
    const file = sha256OfFile(join(folder, path));
    hash.update(`${file.sha256}  ${path}\n`);
    bytes += file.bytes;
  }
  return { bytes, sha256: hash.digest('hex') };
}

function filesIn(folder: string, inside: string): string[] {
  return readdirSync(join(folder, inside), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.')) return [];
    const path = inside ? `${inside}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return filesIn(folder, path);
    const isFile = entry.isFile() || (entry.isSymbolicLink() && leadsToFile(join(folder, path)));
    return isFile ? [path] : [];
  });
}

function leadsToFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
