import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** A thread's heap: it holds no tensors. */
const resourceLimits = { maxYoungGenerationSizeMb: 2 };

/**
 * Starts a thread that is one file of plain JavaScript, so that it starts in no time and without a TypeScript loader.
 * The file is looked for in `generated/` beside the module that asks (`import.meta.url`), where infra/dev/generate.mjs
 * makes it, and beside that module's own bundle, where the build copies it.
 */
export function bundledThread(name: string, { from, data }: { readonly from: string; readonly data: unknown }): Worker {
  const places = [`./generated/${name}`, `./${name}`].map((at) => new URL(at, from));
  const file = places.find((place) => existsSync(place));
  if (!file) throw new Error(`the thread is at none of ${places.join(', ')}; run node infra/dev/generate.mjs`);
  return new Worker(file, { workerData: data, execArgv: [], env: {}, resourceLimits });
}
