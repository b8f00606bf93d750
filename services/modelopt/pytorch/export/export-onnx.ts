import { join } from 'node:path';
import type { QuantizeJob } from '#contract/backend.ts';
import type { Findings } from '#contract/outcome.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Companion } from '#engine/companion/companion.ts';
import type { WeightSource } from '#engine/companion/weights/weight-source.ts';
import type { TensorStore } from '#engine/formats/onnx/tensor-store.ts';
import { writeOnnxModel } from '#engine/formats/onnx/write.ts';
import { lintModel } from '#engine/graph/lint/lint.ts';
import { loadOnce } from '#engine/inference/load-once.ts';
import type { DecidedModule } from '../decide/decide-network.ts';
import type { Buffers } from '../quantizer.ts';
import { exportName } from './export-name.ts';
import { exportDeviations, exportWarnings } from './export-words.ts';
import { exportedQuantizers } from './exported-quantizer.ts';
import { qdqGraph } from './qdq-graph.ts';

export type ExportOrder = {
  readonly companion: Companion;
  readonly decisions: readonly DecidedModule[];
  /** What calibration found, by quantizer name: the same as in the .pth. */
  readonly buffersOf: ReadonlyMap<string, Buffers>;
  /** Weights that the algorithm changed. */
  readonly changed: WeightSource;
  readonly store: TensorStore;
};

export type Exported = Pick<Findings, 'warnings' | 'deviations' | 'lint'>;

/** Writes the fake-quantized network as a Q/DQ model beside the .pth. */
export async function exportOnnx(
  job: QuantizeJob,
  { companion, decisions, buffersOf, changed, store }: ExportOrder,
): Promise<Exported> {
  job.signal.throwIfAborted();
  const quantizers = exportedQuantizers(
    decisions.flatMap((decided) => decided.quantizers),
    buffersOf,
  );
  const inputs = new Map(decisions.map(({ module }) => [module.name, module.inputs]));
  const { model, left } = await qdqGraph({
    companion,
    graphName: job.files.graph?.name ?? 'The companion graph',
    quantizers,
    inputsOf: (module) => inputs.get(module) ?? [],
    changed,
    store,
    method: torchSettings(job.recipe).method,
  });
  await loadOnce(model, exportName);
  await writeOnnxModel(join(job.outputDir, exportName), model);
  return {
    warnings: exportWarnings({ companion, quantizers, left }),
    deviations: exportDeviations({ companion, quantizers }),
    lint: lintModel(model, exportName),
  };
}
