import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Our own .ts, .tsx and .mjs files under the given folders, relative to the root; generated ones are not ours. */
export function sourceFiles(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : sourceFiles([path]);
      return /\.(tsx?|mjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
    }),
  );
}

const notOurs: ReadonlySet<string> = new Set(['generated', 'node_modules', '.next', 'assembly', 'fixtures', 'golden']);
