import { existsSync, readFileSync } from 'node:fs';
import { memoryPages } from './arena.ts';

/** The kernels as WebAssembly exports them; addresses and lengths are numbers, see assembly/*.ts. */
export type KernelExports = {
  rowAbsmax(input: number, rows: number, cols: number, output: number): void;
  columnAbsmax(input: number, rows: number, cols: number, output: number): void;
  rowRange(input: number, rows: number, cols: number, output: number): void;
  quantizeByReciprocal(input: number, rows: number, cols: number, scales: number, output: number): void;
  quantizeByDivision(input: number, rows: number, cols: number, scales: number, output: number): void;
  dequantize(input: number, rows: number, cols: number, scales: number, output: number): void;
  fakeQuantize(
    ...args: [
      input: number,
      rows: number,
      cols: number,
      ups: number,
      downs: number,
      low: number,
      high: number,
      output: number,
    ]
  ): void;
  widenBfloat16(input: number, length: number, output: number): void;
  widenFloat16(input: number, length: number, output: number): void;
};

export type KernelInstance = { readonly exports: KernelExports; readonly memory: ArrayBuffer };

let instance: KernelInstance | undefined;

/** Compiles 3 kB on the first call; the same instance ever after. One thread has one instance. */
export function kernelInstance(): KernelInstance {
  instance ??= instantiate();
  return instance;
}

/**
 * In the source tree the module lies under `generated/`; beside a bundle of ours the build has copied it as
 * `kernels.wasm`. Both are looked for next to this file or the bundle that holds it.
 */
const places = ['./generated/kernels.wasm', './kernels.wasm'].map((place) => new URL(place, import.meta.url));

function instantiate(): KernelInstance {
  const file = places.find((place) => existsSync(place));
  if (!file) throw new Error(`kernels.wasm is at none of ${places.join(', ')}; run node infra/dev/generate.mjs`);
  const memory = new WebAssembly.Memory({ initial: memoryPages, maximum: memoryPages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), { env: { memory } });
  // The shape of the exports is assembly/index.ts, which this type repeats.
  return { exports: exports as unknown as KernelExports, memory: memory.buffer };
}
