import { spawnSync } from 'node:child_process';
import { getuid } from 'node:process';

/**
 * The commands that install a package of this system without asking anybody anything; none where that is not
 * permitted (neither root nor a sudo without a password).
 */
export function installCommand(name: string): readonly (readonly string[])[] {
  if (exists('apt-get')) {
    const as = getuid?.() === 0 ? [] : works('sudo', ['-n', 'true']) ? ['sudo', '-n'] : undefined;
    if (!as) return [];
    return [
      [...as, 'apt-get', 'update', '-qq'],
      [...as, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', name],
    ];
  }
  if (exists('brew')) return [['brew', 'install', '--quiet', name]];
  return [];
}

function exists(program: string): boolean {
  return works(program, ['--version']);
}

function works(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
