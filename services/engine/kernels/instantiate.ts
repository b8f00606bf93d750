import type { KernelExports } from './exports.ts';

export type KernelInstance = { readonly exports: KernelExports; readonly memory: ArrayBuffer };

/** Kernels over a memory of their own, of so many pages of 64 KiB, which never grows. */
export function instantiate(module: WebAssembly.Module, pages: number): KernelInstance {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  // The shape of the exports is assembly/index.ts, which this type repeats.
  return { exports: exports as unknown as KernelExports, memory: memory.buffer };
}
