import { existsSync, readFileSync } from 'node:fs';

let compiled: WebAssembly.Module | undefined;

/** The kernels, compiled on the first call; threads are given the same module. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(find()));
  return compiled;
}

/** For a thread, which is one file somewhere else: what `kernelModule` gives from now on. */
export function provideKernels(module: WebAssembly.Module): void {
  compiled = module;
}

/**
 * In the source tree the module lies under `generated/`; beside a bundle of ours the build has copied it as
 * `kernels.wasm`. Both are looked for next to this file or the bundle that holds it.
 */
const places = ['./generated/kernels.wasm', './kernels.wasm'].map((place) => new URL(place, import.meta.url));

function find(): URL {
  const file = places.find((place) => existsSync(place));
  if (!file) throw new Error(`kernels.wasm is at none of ${places.join(', ')}; run node infra/dev/generate.mjs`);
  return file;
}
