import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const applications = ['Google Chrome', 'Chromium', 'Google Chrome for Testing'];

/** The path of a Chromium: on PATH or in the usual places, else installed by the system, else Playwright's own. */
export async function findChromium(root, say) {
  const found = installed() ?? (await playwrights(root));
  if (found) return found;
  if (installFromSystem(say)) {
    const path = installed();
    if (path) return path;
  }
  say('fetching a Chromium for the browser tests with Playwright');
  const cli = join(root, 'node_modules/playwright-core/cli.js');
  spawnSync(process.execPath, [cli, 'install', 'chromium'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 600_000,
  });
  const path = await playwrights(root);
  if (path) return path;
  throw new Error(
    'The browser tests need a Chromium and none could be found or fetched. Install one (apt-get install chromium, or Google Chrome), or name one: ZEROPOINT_CHROMIUM=/path/to/chrome npm test',
  );
}

function installed() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const inApplications = applications.flatMap((name) =>
    ['/Applications', join(homedir(), 'Applications')].map((folder) =>
      join(folder, `${name}.app/Contents/MacOS/${name}`),
    ),
  );
  const named = process.env.ZEROPOINT_CHROMIUM;
  return [...(named ? [named] : []), ...onPath, ...inApplications].find(runs);
}

async function playwrights(root) {
  if (!existsSync(join(root, 'node_modules/playwright-core'))) return undefined;
  const { chromium } = await import('playwright-core');
  const path = chromium.executablePath();
  return runs(path) ? path : undefined;
}

/** Ubuntu's `chromium` on PATH may be a stub that asks for snap, so being there is not enough. */
function runs(path) {
  return existsSync(path) && spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0;
}

function installFromSystem(say) {
  if (spawnSync('apt-get', ['--version']).status !== 0) return false;
  const root = process.getuid?.() === 0;
  if (!root && spawnSync('sudo', ['-n', 'true']).status !== 0) return false;
  say('installing chromium with apt-get for the browser tests');
  const run = (...args) => {
    const [program, ...rest] = root ? args : ['sudo', '-n', ...args];
    return spawnSync(program, rest, {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 600_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  };
  run('apt-get', 'update', '-qq');
  return run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium').status === 0;
}
