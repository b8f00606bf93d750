import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { QuantizeJob } from '#contract/backend.ts';
import type { EvaluationPair, Findings } from '#contract/outcome.ts';
import { countVerdicts } from '#contract/plan.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import { unreadEvaluation } from '#contract/unread-evaluation.ts';
import type { QuantizedNetwork } from '#engine/companion/quantized/quantized-graph.ts';
import { checkpointWeights } from '#engine/companion/weights/checkpoint-weights.ts';
import { firstOf } from '#engine/companion/weights/weight-source.ts';
import { bytesOfWeights } from '#engine/formats/pth/bytes-of-weights.ts';
import { writeCheckpoint } from '#engine/formats/pth/write.ts';
import { isFloating } from '#engine/numerics/as-float32.ts';
import { fromFloat32 } from '#engine/numerics/from-float32.ts';
import type { Calibration } from './calibrate/calibrate-activations.ts';
import { inputBuffers, roundedInputs } from './calibrate/calibrated-inputs.ts';
import { quantizedCheckpoint } from './checkpoint/quantized-checkpoint.ts';
import { compression } from './compressed/compression.ts';
import { deviationsOf } from './deviations.ts';
import type { Exported, ExportOrder } from './export/export-onnx.ts';
import { type ComputedGraph, withComputedGraph } from './network/computed-graph.ts';
import { type Network, withNetwork } from './network/network.ts';
import { outputName } from './output-name.ts';
import { quantizeWeights } from './weights/quantize-weights.ts';
import { smoothWeights } from './weights/smooth-weights.ts';
import { withUnsmoothedAxes } from './weights/unsmoothed-axes.ts';

/** Calibrates weights and activations, writes the file that `mto.restore` takes, and measures what it costs. */
export async function quantize(job: QuantizeJob): Promise<Findings> {
  job.signal.throwIfAborted();
  return withNetwork(job, (network) =>
    withComputedGraph(job, network, (graph) => quantizeNetwork(job, network, graph)),
  );
}

async function quantizeNetwork(job: QuantizeJob, network: Network, graph: ComputedGraph | null): Promise<Findings> {
  job.report.progress('load', 1);
  const { decisions } = network.decided;
  const early = await lookAtFloat(job, graph);
  const calibration = await calibrate(job, network, graph);
  const { inputs, changed, ...smoothed } = await smoothWeights(job, network, calibration);
  const current = firstOf(changed, checkpointWeights(network.checkpoint));
  const weights = await quantizeWeights(job, network, current);
  const buffersOf = new Map([...weights.buffersOf, ...inputBuffers(decisions, inputs)]);
  const packed = compression(job, network, { buffersOf, weights: current });
  const output = join(job.outputDir, outputName);
  await writeCheckpoint(
    output,
    quantizedCheckpoint({
      checkpoint: network.checkpoint,
      prefix: network.prefix,
      quantizers:
        torchSettings(job.recipe).method === 'smoothquant'
          ? withUnsmoothedAxes(decisions, inputs)
          : decisions.flatMap(({ quantizers }) => quantizers),
      buffersOf,
      compression: packed,
      release: torchSettings(job.recipe).modelopt_version,
      read: async (tensor) => {
        job.signal.throwIfAborted();
        return changed.has(tensor.name) && isFloating(tensor.dtype)
          ? fromFloat32(await changed.read(tensor.name), tensor.dtype)
          : network.checkpoint.read(tensor);
      },
    }),
  );
  const exported = await exportQdq(job, graph, { decisions, buffersOf, changed });
  job.report.progress('write', 1);
  const heard: string[] = [];
  const unread = unreadEvaluation(job.files);
  return {
    layers: countVerdicts(job.plan),
    bytesBefore: bytesOfWeights(network.checkpoint),
    bytesAfter: (await stat(output)).size,
    evaluation: await evaluate(job, graph, {
      replacements: firstOf(weights.replacements, changed),
      inputs: roundedInputs(decisions, inputs),
      onWarning: (warning) => void heard.push(warning),
    }),
    ...(unread ? { unmeasured: unread } : {}),
    warnings: [...new Set([...early, ...calibration.warnings, ...smoothed.warnings, ...exported.warnings, ...heard])],
    deviations: [
      ...deviationsOf(job.recipe, decisions),
      ...calibration.deviations,
      ...(packed?.deviations ?? []),
      ...exported.deviations,
    ],
    calibrationSamples: calibration.samples,
    ...(calibration.data ? { calibrationData: calibration.data } : {}),
    ...(exported.lint ? { lint: exported.lint } : {}),
  };
}

/** Runs the graph where an activation is quantized, and not for weights alone. */
async function calibrate(job: QuantizeJob, network: Network, graph: ComputedGraph | null): Promise<Calibration> {
  if (!graph || torchSettings(job.recipe).weightsOnly) return uncalibrated;
  const { calibrateActivations } = await import('./calibrate/calibrate-activations.ts');
  return calibrateActivations(job, { ...network, companion: graph.companion }, network.decided.decisions);
}

const uncalibrated: Calibration = {
  amaxOf: new Map(),
  channelsOf: new Map(),
  samples: null,
  data: null,
  warnings: [],
  deviations: [],
};

/** Placing pairs takes code that a run without them need not load. */
async function exportQdq(
  job: QuantizeJob,
  graph: ComputedGraph | null,
  found: Omit<ExportOrder, keyof ComputedGraph>,
): Promise<Exported> {
  if (!graph || !torchSettings(job.recipe).export_onnx) return { warnings: [], deviations: [] };
  const { exportOnnx } = await import('./export/export-onnx.ts');
  return exportOnnx(job, { ...graph, ...found });
}

/** Evaluation data that does not fit the network is refused before anything is calibrated; if it makes it guess, that is said. */
async function lookAtFloat(job: QuantizeJob, graph: ComputedGraph | null): Promise<readonly string[]> {
  const { files, recipe, signal, report } = job;
  if (!files.evaluation || !graph) return [];
  const { lookAtEvaluation } = await import('#engine/inference/try-evaluation.ts');
  const { graph: model } = graph.companion;
  const options = { evaluation: files.evaluation, device: recipe.device, batchSize: triedAtOnce, signal };
  const warning = await lookAtEvaluation(model, options);
  if (warning === null) return [];
  report.log('warning', warning);
  return [warning];
}

const triedAtOnce = 64;

async function evaluate(
  job: QuantizeJob,
  graph: ComputedGraph | null,
  changes: QuantizedNetwork & { readonly onWarning: (warning: string) => void },
): Promise<EvaluationPair | null> {
  const { evaluation } = job.files;
  if (!evaluation || !graph) return null;
  const { evaluateCompanion } = await import('#engine/companion/evaluate-through-companion.ts');
  return evaluateCompanion(graph.companion, {
    ...changes,
    store: graph.store,
    evaluation,
    device: job.recipe.device,
    signal: job.signal,
    onProgress: (fraction) => job.report.progress('evaluate', fraction),
  });
}
