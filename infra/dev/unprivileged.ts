import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { getuid } from 'node:process';

type User = { readonly uid: number; readonly gid: number };

/** How to run a program as somebody who is not root. */
export type Unprivileged = {
  /** Who owns the files; undefined for an ordinary user, who already does. */
  readonly user: User | undefined;
  /** Options of spawn that make the change, when spawn can make it. */
  readonly spawnAs: Partial<User>;
  readonly wrap: (program: string, args: readonly string[]) => readonly [program: string, args: readonly string[]];
};

/**
 * Postgres refuses to run as root. If we are root, somebody else is chosen: the owner of `folder` (an earlier start
 * chose), else the user postgres, else nobody; no user is made. If that user cannot reach `folder` or one of `paths`
 * (a checkout under /root), it is given the one capability of walking there.
 */
export function unprivileged(folder: string, paths: readonly string[]): Unprivileged {
  if (getuid?.() !== 0) return { user: undefined, spawnAs: {}, wrap: (program, args) => [program, args] };
  const user = ownerOf(folder) ?? lookUp('postgres') ?? lookUp('nobody');
  if (!user) {
    throw new Error(
      'Postgres does not run as root, and there is no user "postgres" or "nobody". Make one: useradd -r postgres',
    );
  }
  const closed = [folder, ...paths].filter((path) => !canReach(user, path));
  if (closed.length === 0) return { user, spawnAs: user, wrap: (program, args) => [program, args] };
  if (spawnSync('setpriv', ['--version']).status !== 0) {
    throw new Error(
      `Postgres does not run as root, and the user with id ${user.uid} cannot reach ${closed.join(' and ')}. Install setpriv (package util-linux), or move the checkout out of the closed folder.`,
    );
  }
  const become = ['--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups'];
  const reach = ['--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search'];
  // initdb asks access(2) about its neighbours, which forgets capabilities without this.
  const keep = ['--securebits', '+no_setuid_fixup'];
  return { user, spawnAs: {}, wrap: (program, args) => ['setpriv', [...become, ...reach, ...keep, program, ...args]] };
}

function ownerOf(folder: string): User | undefined {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats && stats.uid !== 0 ? { uid: stats.uid, gid: stats.gid } : undefined;
}

function lookUp(name: string): User | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout?.trim());
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

function canReach(user: User, path: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'test -r "$0"', path], { ...user, cwd: '/' }).status === 0;
}
