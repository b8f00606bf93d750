import { memoryPages } from './arena.ts';
import { instantiate, type KernelInstance } from './instantiate.ts';
import { kernelModule } from './module.ts';

let instance: KernelInstance | undefined;

/** The instance behind the typed functions of kernels.ts: made on the first call, the same ever after. */
export function kernelInstance(): KernelInstance {
  instance ??= instantiate(kernelModule(), memoryPages);
  return instance;
}
