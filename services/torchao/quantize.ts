import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { QuantizeJob } from '#contract/backend.ts';
import type { EvaluationPair, Findings } from '#contract/outcome.ts';
import { countVerdicts } from '#contract/plan.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import type { TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { withCheckpoint } from '#engine/formats/pth/with-checkpoint.ts';
import { writeCheckpoint } from '#engine/formats/pth/write.ts';
import { dequantizeRows, type QuantizedRows } from '#engine/kernels/kernels.ts';
import { isTorchaoWeightDtype } from '#engine/numerics/torchao-int8-scale.ts';
import { int8Tensor } from './int8-tensor.ts';
import { layersOf, namePrefix } from './layers.ts';
import { outputName } from './output-name.ts';
import { type Int8Weight, quantizeWeight } from './quantize-weight.ts';
import { readAhead } from './read-ahead.ts';
import { stateDict } from './state-dict.ts';

/** Quantizes one weight at a time as the writer reaches it, so that memory holds one tensor, not the model. */
export async function quantize(job: QuantizeJob): Promise<Findings> {
  return withCheckpoint(job.files.model, async (checkpoint) => {
    job.report.progress('load', 1);
    const output = join(job.outputDir, outputName);
    const evaluated = evaluationFiles(job);
    const replacements = new Map<string, Float32Array>();
    await writeQuantized(checkpoint, {
      job,
      output,
      onQuantized: ({ tensor, rows, cols }, { quantized, scales }) => {
        if (evaluated) replacements.set(tensor.name, dequantizeRows({ values: quantized, rows, cols, scales }));
      },
    });
    job.report.progress('write', 1);
    const warnings: string[] = [];
    const onWarning = (warning: string) => void warnings.push(warning);
    const evaluation = evaluated ? await evaluate(checkpoint, { job, ...evaluated, replacements, onWarning }) : null;
    return {
      layers: countVerdicts(job.plan),
      bytesBefore: checkpoint.bytes,
      bytesAfter: (await stat(output)).size,
      evaluation,
      warnings,
      deviations: [],
      calibrationSamples: null,
    };
  });
}

type Writing = {
  readonly job: QuantizeJob;
  readonly output: string;
  onQuantized(weight: Int8Weight, result: QuantizedRows): void;
};

async function writeQuantized(checkpoint: Checkpoint, { job, output, onQuantized }: Writing): Promise<void> {
  const weights = plannedWeights(checkpoint, job);
  const read = readAhead(checkpoint);
  const total = checkpoint.tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  let done = 0;
  const advance = (tensor: CheckpointTensor) => {
    done += elementCount(tensor.shape);
    job.report.progress('quantize', total === 0 ? 1 : Math.min(done / total, 1));
  };
  await writeCheckpoint(
    output,
    stateDict({
      checkpoint,
      prefix: namePrefix(checkpoint),
      replace: (tensor) => {
        const weight = weights.get(tensor);
        if (!weight) return null;
        const make = async () => {
          job.signal.throwIfAborted();
          const result = await quantizeWeight(weight, read);
          onQuantized(weight, result);
          advance(tensor);
          return result;
        };
        return int8Tensor({ ...weight, ...int8Storages(weight, make) });
      },
      read: async (tensor) => {
        job.signal.throwIfAborted();
        const bytes = await read(tensor);
        advance(tensor);
        return bytes;
      },
    }),
  );
  job.report.progress('quantize', 1);
}

/** qdata and scale of one weight: made when the writer asks for qdata, which is not kept; the few scales are. */
function int8Storages({ rows, cols }: Int8Weight, make: () => Promise<QuantizedRows>) {
  let scales: Float32Array | undefined;
  const quantized = async () => {
    const result = await make();
    scales = result.scales;
    return result;
  };
  const qdata: TensorStorage = {
    dtype: 'int8',
    length: rows * cols,
    bytes: async () => asBytes((await quantized()).quantized),
  };
  const scale: TensorStorage = {
    dtype: 'float32',
    length: rows,
    bytes: async () => asBytes(scales ?? (await quantized()).scales),
  };
  return { qdata, scale };
}

function plannedWeights(checkpoint: Checkpoint, { plan }: QuantizeJob): ReadonlyMap<CheckpointTensor, Int8Weight> {
  const quantized = new Set(plan.layers.filter(({ verdict }) => verdict === 'quantized').map(({ name }) => name));
  return new Map(
    layersOf(checkpoint, namePrefix(checkpoint)).flatMap(({ name, weight: tensor }) => {
      if (!tensor || !quantized.has(name)) return [];
      const { dtype } = tensor;
      if (!isTorchaoWeightDtype(dtype)) throw new Error(`the plan quantizes ${name} of ${dtype}`);
      const [rows = 0, cols = 0] = tensor.shape;
      return [[tensor, { tensor, dtype, rows, cols }]];
    }),
  );
}

function asBytes(view: Int8Array | Float32Array): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function evaluationFiles({ files: { graph, evaluation } }: QuantizeJob) {
  return graph && evaluation ? { graph, evaluation } : null;
}

type Evaluated = NonNullable<ReturnType<typeof evaluationFiles>> & {
  readonly job: QuantizeJob;
  readonly replacements: ReadonlyMap<string, Float32Array>;
  readonly onWarning: (warning: string) => void;
};

/** ONNX Runtime is loaded by the runs that evaluate, not by a plan. */
async function evaluate(
  checkpoint: Checkpoint,
  { job, graph, evaluation, replacements, onWarning }: Evaluated,
): Promise<EvaluationPair> {
  const { evaluateThroughCompanion } = await import('#engine/companion/evaluate-through-companion.ts');
  return evaluateThroughCompanion({
    checkpoint,
    graph,
    replacements,
    evaluation,
    device: job.recipe.device,
    signal: job.signal,
    onProgress: (fraction) => job.report.progress('evaluate', fraction),
    onWarning,
  });
}
