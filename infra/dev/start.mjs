#!/usr/bin/env node
// `npm start`: from a fresh clone to a running platform. Uses nothing but Node until the packages are installed.
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

const usage = `npm start -- [options]
  --port N        the port to open in a browser; by default the first free one from 8080 on
  --data DIR      where everything is kept; by default .zeropoint in the checkout
  --no-demo       do not make the demo organization
  --production    take Postgres, NATS, the artifact store and the secret from the environment (docs/environment.md)
  --help          this text`;

try {
  requireNode();
  const options = readOptions();
  if (options) await start(options);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function start(options) {
  const { ensureInstalled } = await import('./ensure-installed.mjs');
  await ensureInstalled(root, say);
  const { buildDashboard, buildPrograms } = await import('./build.mjs');
  await buildPrograms(say);
  const signals = listen();
  const { runPlatform } = await import(pathToFileURL(resolve(root, 'dist/platform.mjs')).href);
  // Only who holds the data folder builds the dashboard: it would pull it from under one that runs.
  await runPlatform({ ...options, prepare: () => buildDashboard(say) }, signals);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`Node 20.19 or newer is needed; this is ${process.versions.node}.`);
}

function readOptions() {
  const flags = {
    port: { type: 'string' },
    data: { type: 'string' },
    'no-demo': { type: 'boolean' },
    production: { type: 'boolean' },
    help: { type: 'boolean' },
  };
  let values;
  try {
    values = parseArgs({ options: flags, strict: true }).values;
  } catch (error) {
    throw new Error(`${error.message}\n\n${usage}`);
  }
  if (values.help) {
    console.log(usage);
    return undefined;
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    throw new Error(`--port takes a number from 1 to 65535, not "${values.port}".`);
  }
  return {
    root,
    port,
    dataDir: resolve(values.data ?? resolve(root, '.zeropoint')),
    demo: !values['no-demo'] && !values.production,
    production: Boolean(values.production),
  };
}

/** The first Ctrl-C or SIGTERM asks for an orderly stop, the second ends everything at once. */
function listen() {
  const stop = new AbortController();
  const kill = new AbortController();
  const heard = () => {
    if (!stop.signal.aborted) return stop.abort();
    kill.abort();
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, heard);
  if (process.env.npm_lifecycle_event) watchParent(heard);
  return { stop: stop.signal, kill: kill.signal };
}

/** npm, when it is told to end, does not tell what it started: who started this is then another process. */
function watchParent(gone) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, 1000);
  timer.unref();
}

function say(line) {
  console.log(line);
}
