import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '#prisma/migrate.ts';
import { type BackingServices, startBackingServices } from './backing-services.ts';
import { seedDemo } from './demo/seed-demo.ts';
import { freePort } from './free-port.ts';
import type { PlatformOptions } from './platform-options.ts';
import { type Ports, programs, publicUrl } from './programs.ts';
import { lockFolder } from './supervision/lock-folder.ts';
import { type Program, startProgram } from './supervision/start-program.ts';
import { type Supervised, supervise } from './supervision/supervise.ts';

/**
 * Brings the whole platform up, prints its address, and keeps it up until `signals.stop`; then stops it in the
 * reverse order of its dependencies. Resolves when nothing of it is left. A second signal kills instead.
 */
export async function runPlatform(options: PlatformOptions, signals: Signals): Promise<void> {
  makeDataFolder(options.dataDir);
  const unlock = lockFolder(options.dataDir);
  const layers: Supervised[][] = [];
  const killAll = () => {
    for (const service of layers.flat()) service.kill();
  };
  signals.kill.addEventListener('abort', killAll);
  try {
    await options.prepare();
    const ports = await choosePorts(options.port);
    await start(options, ports, layers);
    console.log(`\n  Zeropoint is ready: ${publicUrl(ports)}\n`);
    if (options.demo) await fillStore(options, publicUrl(ports), signals.stop);
    await aborted(signals.stop);
    console.log('stopping (once more ends it at once)');
  } finally {
    for (const layer of layers.reverse()) await Promise.all(layer.map((service) => service.stop()));
    unlock();
  }
}

function makeDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
  } catch (cause) {
    throw new Error(
      `The data folder ${folder} cannot be made: ${cause instanceof Error ? cause.message : cause}. Name another: npm start -- --data DIR`,
      { cause },
    );
  }
}

export type Signals = { readonly stop: AbortSignal; readonly kill: AbortSignal };

/** Pushes each layer as soon as it is up, so that a failure half-way stops what there is. */
async function start(options: PlatformOptions, ports: Ports, layers: Supervised[][]): Promise<void> {
  const backing = await startBackingServices(options, say);
  layers.push([...backing.supervised]);
  const { gateway, worker, dashboard } = programs(options, backing, ports);
  // The dashboard needs nothing but its port; the gateway needs the tables.
  const page = run(dashboard);
  const server = applyMigrations(options, backing).then(() => run(gateway));
  layers.push(await allOrNone([server, page]));
  layers.push([await run(worker)]);
}

function run(program: Program): Promise<Supervised> {
  return supervise({ name: program.name, start: () => startProgram(program) }, say);
}

/** If one fails, the others are stopped before its reason is passed on. */
async function allOrNone(starting: readonly Promise<Supervised>[]): Promise<Supervised[]> {
  const settled = await Promise.allSettled(starting);
  const up = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = settled.find((result) => result.status === 'rejected');
  if (!failed) return up;
  await Promise.all(up.map((service) => service.stop()));
  throw failed.reason;
}

async function applyMigrations({ root }: PlatformOptions, { databases }: BackingServices): Promise<void> {
  const { owner, app, auth, relay } = databases;
  const folder = join(root, 'prisma/migrations');
  await migrate({ ownerUrl: owner, appUrl: app, authUrl: auth, relayUrl: relay, folder });
}

/** The page people open works without the demo's data, so a failure here is told and does not stop anything. */
async function fillStore({ root, dataDir }: PlatformOptions, url: string, signal: AbortSignal): Promise<void> {
  try {
    await seedDemo({
      url,
      signal,
      say,
      fixtures: join(root, 'test/fixtures/demo'),
      marker: join(dataDir, 'demo-is-seeded'),
    });
  } catch (error) {
    if (!signal.aborted) say(`the demo could not be made: ${error instanceof Error ? error.message : error}`);
  }
}

/** An asked-for port must be free; else the first free one from 8080 on, so that an address stays the same. */
async function choosePorts(asked: number | undefined): Promise<Ports> {
  const dashboard = await freePort();
  if (asked !== undefined) {
    if ((await freePort(asked)) !== asked)
      throw new Error(`Port ${asked} is taken. Stop what listens there, or ask for another: npm start -- --port N`);
    return { public: asked, dashboard };
  }
  for (let port = 8080; port < 8100; port++) if ((await freePort(port)) === port) return { public: port, dashboard };
  return { public: await freePort(), dashboard };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function say(line: string): void {
  console.log(line);
}
