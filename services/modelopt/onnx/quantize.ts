import { join } from 'node:path';
import type { QuantizeJob } from '#contract/backend.ts';
import type { Findings } from '#contract/outcome.ts';
import { countVerdicts } from '#contract/plan.ts';
import { checkRecipe } from '#contract/recipe/check-recipe.ts';
import { onnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import { writeOnnxModel } from '#engine/formats/onnx/write.ts';
import { lintModel } from '#engine/graph/lint/lint.ts';
import { assemble } from './assemble.ts';
import { calibrate } from './calibrate.ts';
import { decide } from './decide.ts';
import { deviationsOf } from './deviations.ts';
import { evaluate, lookAtFloat } from './evaluate.ts';
import { halfWarnings } from './half-warnings.ts';
import { loadResult } from './load-result.ts';
import { networkOf } from './opened-network.ts';
import { outputName } from './output-name.ts';
import { scalesOf } from './scales.ts';
import { bytesBefore } from './sizes.ts';

/** Calibrates, places Q/DQ, writes the model and, if there is evaluation data, measures both. */
export async function quantize(job: QuantizeJob): Promise<Findings> {
  const { files, recipe, report, signal } = job;
  checkRecipe(recipe);
  signal.throwIfAborted();
  const settings = onnxSettings(recipe);
  const network = await networkOf(job, settings);
  const placement = decide(network, recipe, settings);
  const early = await lookAtFloat(network, job);
  report.progress('load', 1);

  const observation = await calibrate(network, placement, { job, settings });
  const scales = scalesOf(network, placement.tensors, observation.ranges);
  const quantized = assemble(network, { placement, scales }, settings);
  report.progress('quantize', 1);

  signal.throwIfAborted();
  await loadResult(quantized, settings, network);
  const written = await writeOnnxModel(join(job.outputDir, outputName), quantized, {
    external: settings.use_external_data_format,
  });
  report.progress('write', 1);
  const { warnings, ...evaluated } = await evaluate(network, { placement, scales }, { job, settings });
  return {
    layers: countVerdicts(job.plan),
    bytesBefore: await bytesBefore(network, files.model),
    bytesAfter: written.reduce((sum, { bytes }) => sum + bytes, 0),
    ...evaluated,
    warnings: [...early, ...observation.warnings, ...halfWarnings(network, quantized, settings), ...warnings],
    deviations: [...deviationsOf(network, placement, settings), ...observation.deviations],
    calibrationSamples: observation.samples,
    calibrationData: observation.data,
    lint: lintModel(quantized, outputName),
  };
}
