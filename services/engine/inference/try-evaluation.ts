import type { InputFile } from '#contract/backend.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { openDataset } from './dataset.ts';
import type { EvaluateOptions } from './evaluate.ts';
import { openSession } from './session.ts';
import { classes, labelsOf, refuseStrangeLabels, scoreOutput } from './top1.ts';

/** So many samples, drawn from all, tell a model that knows something from one that guesses. */
const drawn = { most: 256, seed: 0 };

type Tried = { readonly correct: number; readonly total: number; readonly classes: number };

type TryOptions = Omit<EvaluateOptions, 'onProgress' | 'onWarning'>;

/**
 * A look at the model as it is, before anything is done with it: a sentence if the evaluation data makes it guess.
 * Errors: those of `tryEvaluation`.
 */
export async function lookAtEvaluation(model: OnnxModel, options: TryOptions): Promise<string | null> {
  const tried = await tryEvaluation(model, options);
  if (!isGuessing(tried)) return null;
  const { correct, total, classes } = tried;
  return `Before quantization the model is right on ${correct} of ${total} samples of ${options.evaluation.name}, as a guess among ${classes} classes would be: see whether they are prepared as it was trained, and labels numbered as its classes are.`;
}

/**
 * Top-1 accuracy of a model on some of the evaluation data, so that data which does not suit it is known before
 * anything is done with it. Labels are looked at all of them. Errors: those of `evaluateTop1`.
 */
async function tryEvaluation(model: OnnxModel, options: TryOptions): Promise<Tried> {
  const { evaluation: file, device, batchSize, signal } = options;
  const ports = model.graph.inputs;
  const allLabels = await readAllLabels(file, model);
  const dataset = await openDataset({ file, ports, batchSize, draw: drawn, serve: 'evaluation' });
  try {
    const labels = await labelsOf(dataset, file);
    const output = scoreOutput(model.graph.outputs);
    const session = await openSession(model, { device, name: 'the float model', kernels: 'fastest' });
    try {
      let tried = { correct: 0, total: dataset.samples, classes: 0 };
      for await (const batch of dataset.batches()) {
        signal.throwIfAborted();
        const rows = batch.repeated + batch.count;
        const scores = await session.run(batch.feeds, [output]);
        const named = classes(scores, { output, rows }).slice(batch.repeated);
        const classCount = scores.get(output)?.shape[1] ?? 0;
        if (batch.start === 0) refuseStrangeLabels(allLabels, classCount, file);
        const right = named.filter((name, i) => name === labels[batch.start + i]).length;
        tried = { ...tried, correct: tried.correct + right, classes: classCount };
      }
      return tried;
    } finally {
      await session.close();
    }
  } finally {
    await dataset.close();
  }
}

async function readAllLabels(file: InputFile, { graph }: OnnxModel): Promise<readonly number[]> {
  const dataset = await openDataset({ file, ports: graph.inputs, serve: 'evaluation' });
  try {
    return await labelsOf(dataset, file);
  } finally {
    await dataset.close();
  }
}

/** Whether a guess among the classes would do as well, three standard deviations allowed; false where too few samples tell. */
export function isGuessing({ correct, total, classes }: Tried): boolean {
  const chance = 1 / classes;
  const best = total * chance + 3 * Math.sqrt(total * chance * (1 - chance));
  return correct <= best && best < total;
}
