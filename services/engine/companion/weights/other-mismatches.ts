import type { Checkpoint, CheckpointTensor } from '../../formats/pth/checkpoint.ts';
import { withoutPrefix } from '../../modules/without-prefix.ts';
import { isFloating } from '../../numerics/as-float32.ts';
import type { CompanionWeight } from '../companion.ts';
import type { Mismatch } from '../mismatch.ts';
import { readWeight } from '../read-weight.ts';
import { largestDifference } from './compare-weights.ts';
import { isWeight } from './is-weight.ts';
import type { MatchWeights } from './match-weights.ts';
import { isCopy, isNearly, storedWeight } from './stored-weight.ts';

/**
 * Biases, norms and their statistics that the graph has under the checkpoint's names: training may change them alone.
 * Folding a BatchNorm changes a bias and keeps its name, so those beside a folded weight are not compared.
 */
export async function otherMismatches(
  { checkpoint, graph, prefix }: Pick<MatchWeights, 'checkpoint' | 'graph' | 'prefix'>,
  weights: readonly CompanionWeight[],
): Promise<readonly Mismatch[]> {
  const constants = new Map(graph.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const folded = new Set(weights.filter(({ transformation }) => transformation.fold).map(({ module }) => module));
  const mismatches: Mismatch[] = [];
  for (const tensor of comparable(checkpoint)) {
    const name = withoutPrefix(tensor.name, prefix);
    const initializer = constants.get(name);
    const isFolded = folded.has(name.slice(0, name.lastIndexOf('.')));
    if (!initializer || isFolded || initializer.shape.join() !== tensor.shape.join()) continue;
    const values = await readWeight(checkpoint, tensor);
    const stored = storedWeight(initializer);
    if (isCopy(values, stored) || isNearly(values, stored)) continue;
    mismatches.push({ tensor, initializer, difference: largestDifference(values, stored.values) });
  }
  return mismatches;
}

/** A matrix may stand in the graph the other way round. */
function comparable({ tensors }: Checkpoint): readonly CheckpointTensor[] {
  return tensors.filter((tensor) => isFloating(tensor.dtype) && !isWeight(tensor) && tensor.shape.length !== 2);
}
