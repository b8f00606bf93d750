import { isMapped } from '../formats/onnx/for-runtime.ts';
import type { OnnxTensor } from '../formats/onnx/model.ts';
import type { TensorStore } from '../formats/onnx/tensor-store.ts';
import type { Checkpoint } from '../formats/pth/checkpoint.ts';
import type { Companion } from './companion.ts';
import { checkpointWeights } from './weights/checkpoint-weights.ts';
import { withWeights } from './weights/with-weights.ts';

/**
 * The companion as a runtime computes it: with the checkpoint's weights in the place of those that a conversion rounded,
 * and with all that it could not map where it lies (inside a protobuf, most often) in the store.
 */
export async function computedCompanion(
  companion: Companion,
  checkpoint: Checkpoint,
  store: TensorStore,
): Promise<Companion> {
  const weights = checkpointWeights(checkpoint);
  const model = companion.isConverted ? await withWeights(companion, { weights, store }) : companion.graph;
  const initializers: OnnxTensor[] = [];
  for (const tensor of model.graph.initializers) {
    const isElsewhere = tensor.source !== undefined && !isMapped(tensor);
    initializers.push(isElsewhere ? await store.put(tensor) : tensor);
  }
  return { ...companion, graph: { ...model, graph: { ...model.graph, initializers } } };
}
