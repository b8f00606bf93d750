import type { OnnxTensor } from '../../formats/onnx/model.ts';
import type { CheckpointTensor } from '../../formats/pth/checkpoint.ts';
import type { CompanionWeight } from '../companion.ts';
import type { Mismatch } from '../mismatch.ts';
import { readWeight } from '../read-weight.ts';
import { largestDifference, within } from './compare-weights.ts';
import { weightSuffix } from './is-weight.ts';
import type { MatchWeights } from './match-weights.ts';
import { storedWeight, toleranceOf } from './stored-weight.ts';

/** What was compared: constants of the graph, and tensors of the checkpoint, by name. */
export type ComparedBiases = {
  readonly constants: readonly string[];
  readonly used: readonly string[];
  readonly mismatches: readonly Mismatch[];
};

/**
 * The biases behind weights that a BatchNorm was folded into: β + (b − μ) · γ / √(σ² + eps), where b is the module's own
 * bias, or 0. Training may move β and μ and leave every weight as it is.
 */
export async function foldedBiases(
  input: Pick<MatchWeights, 'checkpoint' | 'graph'>,
  weights: readonly CompanionWeight[],
): Promise<ComparedBiases> {
  const { checkpoint, graph } = input;
  const constants = new Map(graph.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const tensors = new Map(checkpoint.tensors.map((tensor) => [tensor.name, tensor]));
  const found: { constant: string; used: string[]; mismatches: Mismatch[] }[] = [];
  for (const { tensor, sites, transformation } of weights) {
    if (!transformation.fold) continue;
    const { batchNorm, scales } = transformation.fold;
    const names = {
      mean: `${batchNorm}.running_mean`,
      beta: `${batchNorm}.bias`,
      own: `${tensor.slice(0, -weightSuffix.length)}.bias`,
    };
    const read = async (name: string) => {
      const stored = tensors.get(name);
      return stored ? readWeight(checkpoint, stored) : new Float32Array(scales.length);
    };
    const [mean, beta, own] = [await read(names.mean), await read(names.beta), await read(names.own)];
    const moved = scales.map((scale, c) => Math.fround((own[c] ?? 0) - (mean[c] ?? 0)) * scale);
    const expected = moved.map((value, c) => value + (beta[c] ?? 0));
    const reach = Math.max(...moved.map(Math.abs), ...beta.map(Math.abs));
    for (const constant of biasesOf(sites, { graph, constants })) {
      const { values, dtype } = storedWeight(constant);
      const isSame = within(expected, values, toleranceOf(dtype) * reach);
      const told = tensors.get(names.beta) ?? tensors.get(names.mean);
      found.push({
        constant: constant.name,
        used: [...Object.values(names), `${batchNorm}${weightSuffix}`, `${batchNorm}.running_var`],
        mismatches: isSame || !told ? [] : [misfit({ told, constant, batchNorm, expected, values })],
      });
    }
  }
  return {
    constants: found.map(({ constant }) => constant),
    used: found.flatMap(({ used }) => used),
    mismatches: found.flatMap(({ mismatches }) => mismatches),
  };
}

/** Which input of Conv, ConvTranspose and Gemm the bias is. */
const biasInput = 2;

function biasesOf(
  sites: CompanionWeight['sites'],
  { graph, constants }: Pick<MatchWeights, 'graph'> & { readonly constants: ReadonlyMap<string, OnnxTensor> },
): readonly OnnxTensor[] {
  const names = sites.map(({ node }) => graph.graph.nodes[node]?.inputs[biasInput] ?? '');
  return [...new Set(names)].flatMap((name) => constants.get(name) ?? []);
}

type Misfit = {
  readonly told: CheckpointTensor;
  readonly constant: OnnxTensor;
  readonly batchNorm: string;
  readonly expected: Float32Array;
  readonly values: Float32Array;
};

function misfit({ told, constant, batchNorm, expected, values }: Misfit): Mismatch {
  return {
    tensor: told,
    initializer: constant,
    difference: expected.length === values.length ? largestDifference(expected, values) : 'shape',
    folded: batchNorm,
  };
}
