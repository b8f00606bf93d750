import type { InputFile } from '#contract/backend.ts';
import type { EvaluationPair } from '#contract/outcome.ts';
import { readOnnxModel } from '../formats/onnx/read.ts';
import type { Checkpoint } from '../formats/pth/checkpoint.ts';
import { type EvaluateOptions, evaluateTop1 } from '../inference/evaluate.ts';
import type { Companion } from './companion.ts';
import type { InputQuantizer } from './input-quantizer.ts';
import { matchCompanion } from './match-companion.ts';
import { quantizedGraph } from './quantized/quantized-graph.ts';

type Evaluation = {
  /** Dequantized weights by tensor name, as the checkpoint has both; the others stay as they are. */
  readonly replacements: ReadonlyMap<string, Float32Array>;
  /** How inputs are rounded; absent: weights only. */
  readonly inputs?: readonly InputQuantizer[];
  readonly evaluation: InputFile;
  readonly device?: string;
  readonly batchSize?: number;
} & Pick<EvaluateOptions, 'signal' | 'onProgress' | 'onWarning'>;

/**
 * Top-1 accuracy of a checkpoint before and after quantization, computed in ONNX Runtime through an export of the
 * same network: once as it is, once with the quantized values in the weights' places.
 * Errors: GRAPH_MISMATCH if the graph is not an export of this checkpoint; those of `readOnnxModel` and `evaluateTop1`.
 */
export async function evaluateThroughCompanion(
  options: Evaluation & { readonly checkpoint: Checkpoint; readonly graph: InputFile },
): Promise<EvaluationPair> {
  const { checkpoint, graph } = options;
  const model = await readOnnxModel(graph);
  return evaluateCompanion(await matchCompanion(checkpoint, model, graph.name), options);
}

/** The same for a companion that is matched already. */
export async function evaluateCompanion(companion: Companion, options: Evaluation): Promise<EvaluationPair> {
  const { replacements, inputs = [], device = 'cpu', batchSize = defaultBatchSize } = options;
  const { model: quantized, warnings } = quantizedGraph(companion, { replacements, inputs });
  for (const warning of warnings) options.onWarning?.(warning);
  return evaluateTop1({ float: companion.graph, quantized }, { ...options, device, batchSize });
}

const defaultBatchSize = 64;
