import { withoutPrefix } from '../../modules/without-prefix.ts';
import type { RecurrentSite } from '../companion.ts';
import type { Mismatch } from '../mismatch.ts';
import { readWeight } from '../read-weight.ts';
import { largestDifference } from '../weights/compare-weights.ts';
import type { ComparedBiases } from '../weights/folded-biases.ts';
import type { MatchWeights } from '../weights/match-weights.ts';
import { isCopy, type StoredWeight, storedWeight } from '../weights/stored-weight.ts';
import { recurrentGates, reorderGates } from './recurrent-gates.ts';

/**
 * The biases of recurrent layers, which ONNX has in one constant: [directions, 2 · gates · hidden], those of the input
 * before those of the state, in its own order of gates.
 */
export async function recurrentBiases(
  { checkpoint, graph, prefix }: Pick<MatchWeights, 'checkpoint' | 'graph' | 'prefix'>,
  sites: readonly RecurrentSite[],
): Promise<ComparedBiases> {
  const constants = new Map(graph.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const tensors = new Map(checkpoint.tensors.map((tensor) => [withoutPrefix(tensor.name, prefix), tensor]));
  const compared = { constants: new Set<string>(), used: new Set<string>(), mismatches: [] as Mismatch[] };
  for (const { module, layer, node, op, directions } of sites) {
    const constant = constants.get(graph.graph.nodes[node]?.inputs[biasInput] ?? '');
    if (!constant) continue;
    const stored = storedWeight(constant);
    const own = biasNames({ module, layer, directions }).flatMap((name) => tensors.get(name) ?? []);
    const length = stored.values.length / own.length;
    for (const [i, tensor] of own.entries()) {
      const expected = reorderGates(await readWeight(checkpoint, tensor), recurrentGates[op]);
      const part: StoredWeight = { ...stored, values: stored.values.subarray(i * length, (i + 1) * length) };
      compared.used.add(tensor.name);
      if (isCopy(expected, part)) continue;
      const difference = expected.length === length ? largestDifference(expected, part.values) : 'shape';
      compared.mismatches.push({ tensor, initializer: constant, difference });
    }
    if (own.length > 0) compared.constants.add(constant.name);
  }
  return { constants: [...compared.constants], used: [...compared.used], mismatches: compared.mismatches };
}

/** Which input of LSTM, GRU and RNN holds them. */
const biasInput = 3;

function biasNames({ module, layer, directions }: Pick<RecurrentSite, 'module' | 'layer' | 'directions'>): string[] {
  const name = (leaf: string) => (module === '' ? leaf : `${module}.${leaf}`);
  return ['', '_reverse']
    .slice(0, directions)
    .flatMap((end) => ['ih', 'hh'].map((kind) => name(`bias_${kind}_l${layer}${end}`)));
}
