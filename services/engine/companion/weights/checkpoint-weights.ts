import type { Checkpoint } from '../../formats/pth/checkpoint.ts';
import { readWeight } from '../read-weight.ts';
import type { WeightSource } from './weight-source.ts';

/** The floating point tensors of an open checkpoint, read again each time. Errors of `read`: those of `readWeight`. */
export function checkpointWeights(checkpoint: Checkpoint): WeightSource {
  const byName = new Map(checkpoint.tensors.map((tensor) => [tensor.name, tensor]));
  return {
    has: (name) => byName.has(name),
    async read(name) {
      const tensor = byName.get(name);
      if (!tensor) throw new Error(`${name} is none of the checkpoint’s ${byName.size} tensors`);
      return readWeight(checkpoint, tensor);
    },
  };
}
