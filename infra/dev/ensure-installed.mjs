import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs `npm ci` unless node_modules is exactly what package-lock.json says. Needs no dependency itself. */
export async function ensureInstalled(root, say) {
  if (isInstalled(root)) return;
  say('installing the packages of package-lock.json (a minute or two; more on a slow connection)');
  const [program, before] = npm();
  const child = spawn(program, [...before, 'ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  const started = Date.now();
  // On a terminal npm draws its own progress; a log gets a sign of life.
  const sign = setInterval(() => say(`  still installing (${Math.round((Date.now() - started) / 1000)} s)`), 15_000);
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve('not found'));
    child.once('close', resolve);
  });
  clearInterval(sign);
  if (code === 0) return;
  throw new Error(
    code === 'not found'
      ? 'npm is not on PATH. It comes with Node; install Node 20.19 or newer and try again.'
      : `npm ci failed (exit code ${code}); its own words are above. It needs to reach the npm registry: npm ping tells whether it does.`,
  );
}

/** The npm that started us, else the one on PATH. */
function npm() {
  const running = process.env.npm_execpath;
  return running?.endsWith('.js') && existsSync(running) ? [process.execPath, [running]] : ['npm', []];
}

/** npm writes what it installed to a hidden lockfile; packages for other systems are absent from it. */
function isInstalled(root) {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    const found = present[path];
    return found ? found.version === version && existsSync(join(root, path)) : Boolean(optional || devOptional);
  });
}
