import { elementCount } from '../../formats/element-count.ts';
import type { OnnxModel } from '../../formats/onnx/model.ts';
import type { Checkpoint, CheckpointTensor } from '../../formats/pth/checkpoint.ts';
import { isFloat } from '../../graph/precision/convert-tensor.ts';
import type { CompanionModule, CompanionWeight } from '../companion.ts';
import { readWeight } from '../read-weight.ts';
import { isCopy, storedWeight } from './stored-weight.ts';
import { asItIs } from './weight-transformation.ts';

/** BatchNorms that left no node of their own: they were multiplied into the weights behind which they stood. */
export function foldedNorms(weights: readonly CompanionWeight[], strip: (name: string) => string): CompanionModule[] {
  return weights.flatMap(({ module, shape, transformation: { fold } }) =>
    fold
      ? [
          {
            name: strip(fold.batchNorm),
            class: `BatchNorm${Math.max(shape.length - 2, 1)}d`,
            evidence: `the companion graph has it folded into ${module}`,
            inputs: [],
          },
        ]
      : [],
  );
}

/**
 * Embeddings whose rows were looked up while the graph was exported, as those of positions are: a weight that no
 * node multiplies with, and whose first rows are a constant of the graph.
 */
export async function foldedEmbeddings(
  checkpoint: Checkpoint,
  graph: OnnxModel,
  idle: readonly IdleWeight[],
): Promise<CompanionWeight[]> {
  const found: CompanionWeight[] = [];
  for (const { tensor, module } of idle) {
    const [rows = 0, columns = 0] = tensor.shape;
    const candidates = graph.graph.initializers.filter(
      ({ dtype, shape }) =>
        isFloat(dtype) && shape.length >= 2 && shape.at(-1) === columns && (shape.at(-2) ?? 0) <= rows,
    );
    if (tensor.shape.length !== 2 || candidates.length === 0) continue;
    const values = await readWeight(checkpoint, tensor);
    const constant = candidates.find((candidate) => {
      const stored = storedWeight(candidate);
      const { length } = stored.values;
      return length > 0 && length <= values.length && isCopy(values.subarray(0, length), stored);
    });
    if (!constant) continue;
    const transformation = { ...asItIs, rows: elementCount(constant.shape) / columns };
    const { name: initializer } = constant;
    found.push({ module, tensor: tensor.name, shape: tensor.shape, initializer, transformation, sites: [] });
  }
  return found;
}

export type IdleWeight = { readonly tensor: CheckpointTensor; readonly module: string };
