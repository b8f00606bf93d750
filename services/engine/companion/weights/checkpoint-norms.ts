import type { Checkpoint } from '../../formats/pth/checkpoint.ts';
import { readWeight } from '../read-weight.ts';
import type { BatchNorm } from './fold-batch-norm.ts';

export type NamedNorm = BatchNorm & {
  readonly name: string;
  /** Place in the state dict. */
  readonly position: number;
};

/** The BatchNorms of a checkpoint: modules with a `running_var`. Names are as the checkpoint has them. */
export async function checkpointNorms(checkpoint: Checkpoint): Promise<NamedNorm[]> {
  const byName = new Map(checkpoint.tensors.map((tensor) => [tensor.name, tensor]));
  const norms: NamedNorm[] = [];
  for (const [position, tensor] of checkpoint.tensors.entries()) {
    if (!tensor.name.endsWith(suffix)) continue;
    const name = tensor.name.slice(0, -suffix.length);
    const weight = byName.get(`${name}.weight`);
    const gamma = weight ? await readWeight(checkpoint, weight) : null;
    norms.push({ name, position, gamma, variance: await readWeight(checkpoint, tensor) });
  }
  return norms;
}

const suffix = '.running_var';
