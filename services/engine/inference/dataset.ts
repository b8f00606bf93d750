import type { InputFile } from '#contract/backend.ts';
import { holdsImages } from '#engine/formats/images/holds-images.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';
import { openArraySamples } from './array-samples.ts';
import { evenBatches, filledBatches, fixedBatches, type Portion } from './cut-batches.ts';
import { drawSamples } from './draw-samples.ts';
import { fixedBatchOf } from './match-arrays.ts';
import { readAhead } from './read-ahead.ts';
import type { SampleSource } from './sample-source.ts';
import type { TensorValue } from './tensor-value.ts';

export type Batch = Portion & { readonly feeds: ReadonlyMap<string, TensorValue> };

/** Samples as input of a graph. Memory holds a batch and the next. */
export type Dataset = Pick<
  SampleSource,
  'name' | 'samples' | 'random' | 'preprocess' | 'warnings' | 'idOf' | 'readLabels' | 'close'
> & {
  /** Samples in one run, if the graph fixes it. */
  readonly fixedBatch: number | null;
  /** What was asked for where the graph leaves its batch open; null: who runs it decides. */
  readonly batchSize: number | null;
  /** `size` counts where the graph leaves its batch open; absent, it is `batchSize`, or else 1. */
  cut(size?: number): readonly Portion[];
  read(portion: Portion): Promise<Batch>;
  /** One after the other; the next is being read while one is used. */
  batches(size?: number): AsyncIterable<Batch>;
};

export type DatasetOptions = {
  readonly ports: readonly OnnxPort[];
  /** Samples in one run where the graph leaves its batch open; a fixed batch size of the graph wins. */
  readonly batchSize?: number | null;
  /** Where samples do not fill the last batch: `spread` over all, as ModelOpt does with an array, or `last`, as loaders of PyTorch do. Absent: `spread`. */
  readonly remainder?: keyof typeof openBatches;
  /** What warnings speak of; absent: calibration. */
  readonly serve?: 'calibration' | 'evaluation';
  /** At most so many are used, drawn by the seed and left in their order. */
  readonly draw?: { readonly most: number; readonly seed: number };
};

const openBatches = { spread: evenBatches, last: filledBatches } as const;

/** An .npz, an .npy or images as input of a graph. Errors: those of `openArraySamples` and `openImageSamples`. */
export async function openDataset({ file, ...options }: DatasetOptions & { file: InputFile }): Promise<Dataset> {
  return datasetOf(await openSamples(file, options), options);
}

/** What decodes images is loaded for images only. */
async function openSamples(file: InputFile, { ports, serve }: DatasetOptions): Promise<SampleSource> {
  if (!(await holdsImages(file))) return openArraySamples(file, ports);
  const { openImageSamples } = await import('./images/image-samples.ts');
  return openImageSamples(file, ports, serve);
}

/** Samples of any source as input of a graph. Closing it closes the source. */
export function datasetOf(
  source: SampleSource,
  { ports, batchSize = null, remainder = 'spread', draw }: DatasetOptions,
): Dataset {
  const drawn = draw ? drawSamples(source, draw) : source;
  const fixedBatch = fixedBatchOf(ports);
  const cut = (size = batchSize ?? 1) =>
    fixedBatch === null ? openBatches[remainder](drawn.samples, size) : fixedBatches(drawn.samples, fixedBatch);
  const read = async (portion: Portion) => {
    const { start, count, repeated } = portion;
    const samples = Array.from({ length: repeated + count }, (_, i) => start - repeated + i);
    return { ...portion, feeds: await drawn.read(samples) };
  };
  return { ...drawn, fixedBatch, batchSize, cut, read, batches: (size) => readAhead(cut(size), read) };
}
