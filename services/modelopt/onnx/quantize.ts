import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { QuantizeJob } from '#contract/backend.ts';
import type { EvaluationPair, Findings } from '#contract/outcome.ts';
import { countVerdicts } from '#contract/plan.ts';
import { findAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { writeOnnxModel } from '#engine/formats/onnx/write.ts';
import { insertQdq } from '#engine/graph/insert/insert-qdq.ts';
import { removeUnused } from '#engine/graph/insert/remove-unused.ts';
import { restoreFloatEdges } from '#engine/graph/insert/restore-float-edges.ts';
import { evaluateTop1 } from '#engine/inference/evaluate.ts';
import { calibrate } from './calibrate.ts';
import { decide, type Placement } from './decide.ts';
import { type Network, openNetwork } from './network.ts';
import { checkOptions } from './options.ts';
import { outputName } from './output-name.ts';
import { scalesOf } from './scales.ts';

/** Calibrates, places Q/DQ, writes the model and, if there is evaluation data, measures both. */
export async function quantize(job: QuantizeJob): Promise<Findings> {
  const { files, report, signal } = job;
  checkOptions(job.recipe);
  signal.throwIfAborted();
  const network = await openNetwork(job);
  const placement = decide(network, job.recipe);
  report.progress('load', 1);

  const observation = await calibrate(network, placement, job);
  report.log('info', `Calibrated ${observation.ranges.size} tensors on ${observation.samples} samples.`);
  const scales = scalesOf(network, placement.tensors, observation.ranges);
  const graph = removeUnused(restoreFloatEdges(insertQdq(network.model.graph, scales), placement.floatEdges));
  const quantized = {
    ...network.model,
    graph,
    rest: { ...network.model.rest, producerName: 'zeropoint', producerVersion: '' },
  };
  report.progress('quantize', 1);

  signal.throwIfAborted();
  const bytesAfter = await writeOnnxModel(join(job.outputDir, outputName), quantized);
  report.progress('write', 1);
  return {
    layers: countVerdicts(job.plan),
    bytesBefore: (await stat(files.model.path)).size,
    bytesAfter,
    evaluation: await evaluate(network.original, quantized, job),
    warnings: observation.warnings,
    deviations: deviations(network, placement),
    calibrationSamples: observation.samples,
  };
}

const evaluationBatch = 64;

async function evaluate(float: OnnxModel, quantized: OnnxModel, job: QuantizeJob): Promise<EvaluationPair | null> {
  const { evaluation } = job.files;
  if (!evaluation) return null;
  return evaluateTop1(
    { float, quantized },
    {
      evaluation,
      device: job.recipe.device,
      batchSize: evaluationBatch,
      signal: job.signal,
      onProgress: (fraction) => job.report.progress('evaluate', fraction),
    },
  );
}

function deviations(network: Network, placement: Placement): readonly string[] {
  const betas = network.model.graph.nodes.filter(
    (node) => node.op === 'Gemm' && placement.selected.has(node.name) && (findAttribute(node, 'beta')?.f ?? 1) !== 1,
  );
  return [
    'What is not quantized stays float32 (high_precision_dtype fp32); ModelOpt makes it float16 by default.',
    ...betas.map((node) => `Gemm ${node.name} keeps its beta; ModelOpt sets it to 1, which changes the result.`),
  ];
}
