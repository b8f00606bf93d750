import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { QuantizeJob } from '#contract/backend.ts';
import type { EvaluationPair, Findings } from '#contract/outcome.ts';
import { countVerdicts } from '#contract/plan.ts';
import { evaluateCompanion } from '#engine/companion/evaluate-through-companion.ts';
import type { InputQuantizer } from '#engine/companion/input-quantizer.ts';
import type { QuantizedNetwork } from '#engine/companion/quantized-graph.ts';
import { readWeight } from '#engine/companion/read-weight.ts';
import { bytesOfWeights } from '#engine/formats/pth/bytes-of-weights.ts';
import { writeCheckpoint } from '#engine/formats/pth/write.ts';
import { type Calibration, calibrateActivations } from './calibrate-activations.ts';
import type { ModuleDecision } from './decide-quantizers.ts';
import { fakeQuantizeWeight } from './fake-quantize-weight.ts';
import { type Network, withNetwork } from './network.ts';
import { outputName } from './output-name.ts';
import { decideNetwork } from './plan.ts';
import { quantizedCheckpoint } from './quantized-checkpoint.ts';
import { type Amax, type Quantizer, quantizerName } from './quantizer.ts';
import { weightAmax } from './weight-amax.ts';

/** Calibrates weights and activations, writes the file that `mto.restore` takes, and measures what it costs. */
export async function quantize(job: QuantizeJob): Promise<Findings> {
  job.signal.throwIfAborted();
  return withNetwork(job, async (network) => {
    job.report.progress('load', 1);
    const { decisions } = decideNetwork(network, job.recipe);
    const calibration = await calibrateActivations(job, network, decisions);
    const weights = await quantizeWeights(job, network, decisions);
    const output = join(job.outputDir, outputName);
    await writeCheckpoint(
      output,
      quantizedCheckpoint({
        checkpoint: network.checkpoint,
        prefix: network.companion.prefix,
        quantizers: decisions.flatMap(({ quantizers }) => quantizers),
        amaxOf: new Map([...weights.amaxOf, ...inputAmax(decisions, calibration)]),
        read: (tensor) => {
          job.signal.throwIfAborted();
          return network.checkpoint.read(tensor);
        },
      }),
    );
    job.report.progress('write', 1);
    return {
      layers: countVerdicts(job.plan),
      bytesBefore: bytesOfWeights(network.checkpoint),
      bytesAfter: (await stat(output)).size,
      evaluation: await evaluate(job, network, {
        replacements: weights.replacements,
        inputs: roundedInputs(decisions, calibration),
      }),
      warnings: calibration.warnings,
      deviations: job.recipe.layers.length > 0 ? [namedOnly] : [],
      calibrationSamples: calibration.samples,
      calibrationData: calibration.data,
    };
  });
}

const namedOnly =
  'Layers that no rule names stay as they are, and weights keep a scale for each output channel unless quant_axis says otherwise; TAO would quantize the former to INT8 all the same, and give the latter one scale.';

type QuantizedWeights = {
  readonly amaxOf: ReadonlyMap<string, Amax>;
  /** Fake-quantized weights by tensor name; empty where nothing is evaluated. */
  readonly replacements: ReadonlyMap<string, Float32Array>;
};

async function quantizeWeights(
  job: QuantizeJob,
  { checkpoint }: Network,
  decisions: readonly ModuleDecision[],
): Promise<QuantizedWeights> {
  const amaxOf = new Map<string, Amax>();
  const replacements = new Map<string, Float32Array>();
  for (const [done, { module, quantizers }] of decisions.entries()) {
    job.signal.throwIfAborted();
    job.report.progress('quantize', (done + 1) / decisions.length);
    const quantizer = quantizers.find(({ role, isEnabled }) => role === 'weight' && isEnabled);
    if (!quantizer || !module.weight) continue;
    const values = await readWeight(checkpoint, module.weight);
    const amax = weightAmax({ name: module.weight.name, values, shape: module.weight.shape }, quantizer.axis);
    amaxOf.set(quantizerName(quantizer), amax);
    if (job.files.evaluation) replacements.set(module.weight.name, fakeQuantizeWeight(values, amax));
  }
  return { amaxOf, replacements };
}

function inputAmax(decisions: readonly ModuleDecision[], { amaxOf }: Calibration): [string, Amax][] {
  const calibrated = (quantizer: Quantizer): [string, Amax][] => {
    const amax = amaxOf.get(quantizer.module);
    if (quantizer.role !== 'input' || !quantizer.isEnabled || amax === undefined) return [];
    return [[quantizerName(quantizer), { values: Float32Array.of(amax), shape: [] }]];
  };
  return decisions.flatMap(({ quantizers }) => quantizers.flatMap(calibrated));
}

/** What of the calibrated input quantizers the evidence computes with. */
function roundedInputs(decisions: readonly ModuleDecision[], { amaxOf }: Calibration): InputQuantizer[] {
  return decisions.flatMap(({ quantizers }) =>
    quantizers.flatMap(({ module, role, isEnabled, format }): InputQuantizer[] => {
      const amax = amaxOf.get(module);
      if (role !== 'input' || !isEnabled || amax === undefined) return [];
      return [{ module, layer: null, format, amax, preScale: null }];
    }),
  );
}

async function evaluate(
  job: QuantizeJob,
  { companion }: Network,
  changes: QuantizedNetwork,
): Promise<EvaluationPair | null> {
  const { evaluation } = job.files;
  if (!evaluation) return null;
  return evaluateCompanion(companion, {
    ...changes,
    evaluation,
    device: job.recipe.device,
    signal: job.signal,
    onProgress: (fraction) => job.report.progress('evaluate', fraction),
  });
}
