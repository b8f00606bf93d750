import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { insertQdq, type QdqScale } from '#engine/graph/insert/insert-qdq.ts';
import { removeUnused } from '#engine/graph/insert/remove-unused.ts';
import { restoreFloatEdges } from '#engine/graph/insert/restore-float-edges.ts';
import { conventionsOf } from './conventions.ts';
import type { Placement } from './decide.ts';
import { withoutBetas } from './gemm-beta.ts';
import type { Network } from './network.ts';

/** The quantized model: Q/DQ where they were placed, then everything else in the precision that the recipe asks for. */
export async function assemble(
  network: Network,
  {
    placement,
    scales,
    settings,
  }: { readonly placement: Placement; readonly scales: readonly QdqScale[]; readonly settings: OnnxSettings },
): Promise<OnnxModel> {
  const { graph } = network.model;
  const given = conventionsOf(settings).beta === 'becomes 1' ? withoutBetas(graph, placement.quantized) : graph;
  return {
    ...network.model,
    graph: removeUnused(restoreFloatEdges(insertQdq(given, scales), placement.floatEdges)),
    rest: { ...network.model.rest, producerName: 'zeropoint', producerVersion: '' },
  };
}
