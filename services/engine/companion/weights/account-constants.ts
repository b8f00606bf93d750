import type { OnnxTensor } from '../../formats/onnx/model.ts';
import type { CheckpointTensor } from '../../formats/pth/checkpoint.ts';
import { isFloat } from '../../graph/precision/convert-tensor.ts';
import { withoutPrefix } from '../../modules/without-prefix.ts';
import { isFloating } from '../../numerics/as-float32.ts';
import type { CompanionWeight, RecurrentSite } from '../companion.ts';
import type { Mismatch } from '../mismatch.ts';
import { readWeight } from '../read-weight.ts';
import { recurrentBiases } from '../recurrent/recurrent-biases.ts';
import { becameConstant, differenceFrom, mayBecome } from './became-constant.ts';
import { foldedBiases } from './folded-biases.ts';
import type { MatchWeights } from './match-weights.ts';
import { openConstants } from './open-constants.ts';
import { isNearly, storedWeight } from './stored-weight.ts';

export type MatchedSoFar = {
  readonly weights: readonly CompanionWeight[];
  readonly recurrent: readonly RecurrentSite[];
  /** Tensors that were compared already, by name. */
  readonly compared: ReadonlySet<string>;
};

export type Accounted = {
  readonly mismatches: readonly Mismatch[];
  /** Constants that nothing in the checkpoint became, in the graph's order; without those too small or too plain to tell. */
  readonly strange: readonly OnnxTensor[];
  /** Tensors of the checkpoint that the graph holds, beside those compared already. */
  readonly used: ReadonlySet<string>;
};

/**
 * Everything of the graph that is no module's weight: parameters of their own, biases, norms, statistics and buffers.
 * By the checkpoint's name a constant has to hold the checkpoint's values; without one it is looked for by its values,
 * whole or a block of rows, the other way round, and in biases with what was folded in.
 */
export async function accountConstants(input: MatchWeights, before: MatchedSoFar): Promise<Accounted> {
  const { checkpoint, graph, prefix } = input;
  const strip = ({ name }: CheckpointTensor) => withoutPrefix(name, prefix);
  const constants = new Map(graph.graph.initializers.map((tensor) => [tensor.name, tensor]));
  const biases = [await foldedBiases(input, before.weights), await recurrentBiases(input, before.recurrent)];
  const taken = new Set([
    ...before.weights.map(({ initializer }) => initializer),
    ...biases.flatMap(({ constants }) => constants),
  ]);
  const names = new Set(checkpoint.tensors.map(strip));
  const unnamed = new Set(openConstants(graph, taken).filter(({ name }) => !names.has(name)));
  const used = new Set(biases.flatMap((one) => one.used));
  const mismatches: Mismatch[] = biases.flatMap((one) => one.mismatches);

  for (const tensor of checkpoint.tensors.filter(({ dtype }) => isFloating(dtype))) {
    const isCompared = before.compared.has(tensor.name) || used.has(tensor.name);
    const own = isCompared || taken.has(strip(tensor)) ? undefined : constants.get(strip(tensor));
    const named = own && isFloat(own.dtype) ? own : undefined;
    const others = [...unnamed].filter((constant) => mayBecome(tensor.shape, constant.shape));
    if (!named && others.length === 0) continue;
    const weight = { values: await readWeight(checkpoint, tensor), shape: tensor.shape };
    if (named) {
      used.add(tensor.name);
      const isOwn = becameConstant(weight, named) || isNearly(weight.values, storedWeight(named));
      if (!isOwn) mismatches.push({ tensor, initializer: named, difference: differenceFrom(weight, named) });
    }
    for (const constant of others) {
      if (!becameConstant(weight, constant)) continue;
      unnamed.delete(constant);
      used.add(tensor.name);
    }
  }
  return { mismatches, strange: [...unnamed], used };
}
