import type { InputFile } from '#contract/backend.ts';
import type { EvaluationPair } from '#contract/outcome.ts';
import { readOnnxModel } from '../formats/onnx/read.ts';
import { type TensorStore, withTensorStore } from '../formats/onnx/tensor-store.ts';
import type { Checkpoint } from '../formats/pth/checkpoint.ts';
import { type EvaluateOptions, evaluateTop1 } from '../inference/evaluate.ts';
import type { Companion } from './companion.ts';
import { computedCompanion } from './computed-companion.ts';
import type { InputQuantizer } from './input-quantizer.ts';
import { matchCompanion } from './match-companion.ts';
import { quantizedGraph } from './quantized/quantized-graph.ts';
import type { WeightSource } from './weights/weight-source.ts';

type Evaluation = {
  /** Dequantized weights; the others stay as they are. */
  readonly replacements: WeightSource;
  /** How inputs are rounded; absent: weights only. */
  readonly inputs?: readonly InputQuantizer[];
  readonly evaluation: InputFile;
  readonly device?: string;
  readonly batchSize?: number;
} & Pick<EvaluateOptions, 'signal' | 'onProgress' | 'onWarning'>;

/**
 * Top-1 accuracy of a checkpoint before and after quantization, computed in ONNX Runtime through an export of the
 * same network: once as it is, once with the quantized values in the weights' places. Weights are put into a file in
 * `scratch` meanwhile, from which the runtime maps them.
 * Errors: GRAPH_MISMATCH if the graph is not an export of this checkpoint; those of `readOnnxModel` and `evaluateTop1`.
 */
export async function evaluateThroughCompanion(
  options: Evaluation & { readonly checkpoint: Checkpoint; readonly graph: InputFile; readonly scratch: string },
): Promise<EvaluationPair> {
  const { checkpoint, graph, scratch } = options;
  const matched = await matchCompanion(checkpoint, await readOnnxModel(graph), graph.name);
  return withTensorStore(scratch, async (store) =>
    evaluateCompanion(await computedCompanion(matched, checkpoint, store), { ...options, store }),
  );
}

/** The same for what `computedCompanion` gave. */
export async function evaluateCompanion(
  companion: Companion,
  options: Evaluation & { readonly store: TensorStore },
): Promise<EvaluationPair> {
  const { replacements, inputs = [], store, device = 'cpu', batchSize = defaultBatchSize } = options;
  const { model: quantized, warnings } = await quantizedGraph(companion, { replacements, inputs }, store);
  for (const warning of warnings) options.onWarning?.(warning);
  return evaluateTop1({ float: companion.graph, quantized }, { ...options, device, batchSize });
}

const defaultBatchSize = 64;
