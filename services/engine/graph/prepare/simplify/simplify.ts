import { elementCount } from '#engine/formats/element-count.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { removeUnused } from '../../insert/remove-unused.ts';
import { storeConstants } from './constant-nodes.ts';
import { dropIdle } from './drop-idle.ts';
import { type Evaluate, foldConstants, mostElements } from './fold-constants.ts';
import { foldShapes, type KnownShapes } from './fold-shapes.ts';
import { fuseBatchNorms } from './fuse-batch-norms.ts';
import { mergeDuplicates } from './merge-duplicates.ts';

export type SimplifyOptions = {
  /** Computes the outputs of a model that has no inputs. Its own limits are not relied on. */
  readonly evaluate: Evaluate;
  /** Shapes of tensors as far as a runtime infers them. Those that the file declares of inner tensors may be stale. */
  readonly shapes?: KnownShapes;
};

/** Each round folds one layer of nodes; chains of shape arithmetic are far shorter. */
const mostRounds = 200;

/**
 * The same network with what does not depend on its inputs computed beforehand (unless the result would be large),
 * without idle nodes, batch normalizations that a convolution can take in, and constants that are there twice.
 * Source: what `onnxslim.slim(model, skip_fusion_patterns=["FusionGemm"])` does to the networks that ModelOpt gets.
 */
export async function simplify(
  model: OnnxModel,
  { evaluate, shapes = new Map() }: SimplifyOptions,
): Promise<OnnxModel> {
  let current = storeConstants(model);
  const most = 2 * elementsOf(current) + mostElements;
  for (let round = 0; round < mostRounds; round += 1) {
    const shaped = foldShapes(dropIdle(current), shapes);
    const next = await foldConstants(shaped, evaluate, most - elementsOf(shaped));
    const isSettled = next === current;
    current = next;
    if (isSettled) break;
  }
  const fused = fuseBatchNorms({ ...current, graph: removeUnused(current.graph) });
  return mergeDuplicates({ ...fused, graph: removeUnused(fused.graph) });
}

function elementsOf({ graph }: OnnxModel): number {
  return graph.initializers.reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
