import type { OnnxModel } from '../formats/onnx/model.ts';
import { tensorFloats } from '../formats/onnx/tensor.ts';
import type { Checkpoint } from '../formats/pth/checkpoint.ts';
import type { CompanionModule, CompanionWeight } from './companion.ts';
import { sameBits } from './compare-weights.ts';
import { readWeight } from './read-weight.ts';

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
  idle: Checkpoint['tensors'],
): Promise<{ readonly tensor: string; readonly evidence: string }[]> {
  const found: { tensor: string; evidence: string }[] = [];
  for (const tensor of idle) {
    const [rows = 0, columns = 0] = tensor.shape;
    const candidates = graph.graph.initializers.filter(
      ({ dtype, shape }) =>
        dtype === 'float32' && shape.length >= 2 && shape.at(-1) === columns && (shape.at(-2) ?? 0) <= rows,
    );
    if (tensor.shape.length !== 2 || candidates.length === 0) continue;
    const values = await readWeight(checkpoint, tensor);
    const constant = candidates.find((candidate) => {
      const looked = tensorFloats(candidate);
      return looked.length > 0 && looked.length <= values.length && sameBits(values.subarray(0, looked.length), looked);
    });
    if (constant)
      found.push({
        tensor: tensor.name,
        evidence: `the companion graph holds its rows as the constant ${constant.name}`,
      });
  }
  return found;
}
