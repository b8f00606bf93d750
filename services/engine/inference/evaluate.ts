import type { InputFile } from '#contract/backend.ts';
import type { EvaluationPair } from '#contract/outcome.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { tensorLength } from '#engine/formats/onnx/tensor.ts';
import { type Dataset, openDataset } from './dataset.ts';
import { openSession, type Session } from './session.ts';
import { classes, labelsOf, refuseStrangeLabels, scoreOutput } from './top1.ts';

export type EvaluateOptions = {
  /** Inputs of the graph, and an array of class labels. */
  readonly evaluation: InputFile;
  readonly device: string;
  readonly batchSize: number;
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
  /** Hears what the runtime could not do as asked, such as a device that is not there. */
  readonly onWarning?: (warning: string) => void;
};

/**
 * Top-1 accuracy of two models over the same samples: the index of the largest value of the first output whose
 * shape is [samples, classes] against the label (the lowest index wins a tie; a row with a NaN names no class). Small
 * models run side by side, batch by batch; of large ones one at a time is loaded, and the samples are read twice.
 * Errors: CALIBRATION_MISMATCH if the data does not fit the graph or has no labels; UNSUPPORTED if no output is
 * a row of scores for each sample.
 */
export async function evaluateTop1(
  models: { float: OnnxModel; quantized: OnnxModel },
  options: EvaluateOptions,
): Promise<EvaluationPair> {
  const { evaluation: file, batchSize } = options;
  const onWarning = eachOnce(options.onWarning);
  const dataset = await openDataset({ file, ports: models.float.graph.inputs, batchSize, serve: 'evaluation' });
  try {
    const labels = await labelsOf(dataset, file);
    const data: Data = { dataset, labels, output: scoreOutput(models.float.graph.outputs) };
    for (const warning of dataset.warnings ?? []) onWarning(warning);
    const float = contestant(models.float, 'the float model', data);
    const quantized = contestant(models.quantized, 'the quantized model', data);
    const rounds = areLarge([models.float, models.quantized]) ? [[float], [quantized]] : [[float, quantized]];
    for (const [done, round] of rounds.entries()) {
      const onProgress = (fraction: number) => options.onProgress((done + fraction) / rounds.length);
      await answerAll(round, data, { ...options, onProgress, onWarning });
    }
    return pairOf(labels, float.answers, quantized.answers);
  } finally {
    await dataset.close();
  }
}

/** Both models say the same of a device that is not there. */
function eachOnce(onWarning: EvaluateOptions['onWarning']) {
  const said = new Set<string>();
  return (warning: string) => {
    if (!said.has(warning)) onWarning?.(warning);
    said.add(warning);
  };
}

type Data = { readonly dataset: Dataset; readonly labels: readonly number[]; readonly output: string };

type Contestant = {
  readonly model: OnnxModel;
  readonly name: string;
  /** The class of each sample that the model has seen. */
  readonly answers: Int32Array;
};

/** What no label is. */
const noClass = -1;

function contestant(model: OnnxModel, name: string, { dataset }: Data): Contestant {
  return { model, name, answers: new Int32Array(dataset.samples).fill(noClass) };
}

/** In bytes of all their weights: with less, two networks take little beside the process itself. */
const mostTogether = 2 ** 26;

function areLarge(models: readonly OnnxModel[]): boolean {
  const tensors = models.flatMap(({ graph }) => graph.initializers);
  return tensors.reduce((sum, tensor) => sum + tensorLength(tensor), 0) > mostTogether;
}

/** Runs all samples through each of them. */
async function answerAll(
  contestants: readonly Contestant[],
  { dataset, labels, output }: Data,
  { device, evaluation, signal, onProgress, onWarning }: EvaluateOptions,
): Promise<void> {
  const running: { readonly session: Session; readonly answers: Int32Array }[] = [];
  try {
    for (const { model, name, answers } of contestants) {
      const session = await openSession(model, { device, name, kernels: 'fastest', memory: 'kept' });
      running.push({ session, answers });
      for (const warning of session.warnings) onWarning?.(warning);
    }
    for await (const batch of dataset.batches()) {
      signal.throwIfAborted();
      const rows = batch.repeated + batch.count;
      for (const { session, answers } of running) {
        const scores = await session.run(batch.feeds, [output]);
        const found = classes(scores, { output, rows }).slice(batch.repeated);
        if (batch.start === 0) refuseStrangeLabels(labels, scores.get(output)?.shape[1] ?? 0, evaluation);
        answers.set(
          found.map((one) => one ?? noClass),
          batch.start,
        );
      }
      onProgress((batch.start + batch.count) / dataset.samples);
    }
  } finally {
    await Promise.all(running.map(({ session }) => session.close()));
  }
}

function pairOf(labels: readonly number[], float: Int32Array, quantized: Int32Array): EvaluationPair {
  const total = float.length;
  const correct = (answers: Int32Array) => answers.filter((answer, i) => answer === labels[i]).length;
  return {
    metric: 'top1',
    float: { correct: correct(float), total },
    quantized: { correct: correct(quantized), total },
    agreement: float.filter((answer, i) => answer !== noClass && answer === quantized[i]).length,
  };
}
