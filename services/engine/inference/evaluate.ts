import type { InputFile } from '#contract/backend.ts';
import type { EvaluationPair } from '#contract/outcome.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { openDataset } from './dataset.ts';
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
 * shape is [samples, classes] against the label (the lowest index wins a tie; a row with a NaN names no class). Both
 * run side by side, batch by batch.
 * Errors: CALIBRATION_MISMATCH if the data does not fit the graph or has no labels; UNSUPPORTED if no output is
 * a row of scores for each sample.
 */
export async function evaluateTop1(
  models: { float: OnnxModel; quantized: OnnxModel },
  options: EvaluateOptions,
): Promise<EvaluationPair> {
  const { evaluation: file, batchSize } = options;
  const dataset = await openDataset({ file, ports: models.float.graph.inputs, batchSize, serve: 'evaluation' });
  const sessions: Session[] = [];
  const open = async (model: OnnxModel, name: string) => {
    const session = await openSession(model, { device: options.device, name, kernels: 'fastest' });
    sessions.push(session);
    return session;
  };
  try {
    const labels = await labelsOf(dataset, file);
    const output = scoreOutput(models.float.graph.outputs);
    const float = await open(models.float, 'the float model');
    for (const warning of [...(dataset.warnings ?? []), ...float.warnings]) options.onWarning?.(warning);
    const quantized = await open(models.quantized, 'the quantized model');
    const tally = { float: 0, quantized: 0, agreement: 0 };
    for await (const batch of dataset.batches()) {
      options.signal.throwIfAborted();
      const rows = batch.repeated + batch.count;
      const scores = await float.run(batch.feeds, [output]);
      const ours = classes(scores, { output, rows }).slice(batch.repeated);
      if (batch.start === 0) refuseStrangeLabels(labels, scores.get(output)?.shape[1] ?? 0, file);
      const theirs = classes(await quantized.run(batch.feeds, [output]), { output, rows }).slice(batch.repeated);
      for (let i = 0; i < batch.count; i++) {
        const label = labels[batch.start + i];
        if (ours[i] === label) tally.float += 1;
        if (theirs[i] === label) tally.quantized += 1;
        if (ours[i] !== null && ours[i] === theirs[i]) tally.agreement += 1;
      }
      options.onProgress((batch.start + batch.count) / dataset.samples);
    }
    const total = dataset.samples;
    return {
      metric: 'top1',
      float: { correct: tally.float, total },
      quantized: { correct: tally.quantized, total },
      agreement: tally.agreement,
    };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
    await dataset.close();
  }
}
