import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';
import type { Dataset } from './dataset.ts';
import { floats, integers, type TensorValue } from './tensor-value.ts';

/** The class of each sample. Errors: CALIBRATION_MISMATCH if the data has no labels. */
export async function labelsOf(dataset: Dataset, file: InputFile): Promise<readonly number[]> {
  const labels = await dataset.readLabels();
  if (labels) return integers(labels);
  throw new InputError('CALIBRATION_MISMATCH', `${file.name} holds no labels, which top-1 accuracy needs`, {
    remedy: 'Give an .npz with an array of integers under the name labels, or a folder of images for each class.',
  });
}

/** A label that no class has would count as a wrong answer of both models, and the accuracy would say nothing. */
export function refuseStrangeLabels(labels: readonly number[], classCount: number, file: InputFile): void {
  const sample = labels.findIndex((label) => label < 0 || label >= classCount);
  if (sample < 0) return;
  throw new InputError(
    'CALIBRATION_MISMATCH',
    `${file.name} labels sample ${sample} with ${labels[sample]}, and the model knows the ${classCount} classes 0 to ${classCount - 1}`,
    { remedy: 'Number the labels as the model numbers its classes.' },
  );
}

/** The output that is taken for scores. Errors: UNSUPPORTED. */
export function scoreOutput(outputs: readonly OnnxPort[]): string {
  const output = outputs.find((port) => port.dtype === 'float32' && (port.shape === null || port.shape.length === 2));
  if (output) return output.name;
  throw new InputError(
    'UNSUPPORTED',
    `None of the outputs ${outputs.map((port) => port.name).join(', ')} is float32 [samples, classes], so top-1 accuracy has no meaning here.`,
    { remedy: 'Leave the evaluation data out.' },
  );
}

/** The index of the largest value in each row; null where a row has a NaN. Errors: UNSUPPORTED if a sample has no row of its own. */
export function classes(
  values: ReadonlyMap<string, TensorValue>,
  { output, rows }: { readonly output: string; readonly rows: number },
): readonly (number | null)[] {
  const scores = values.get(output);
  const [given, columns = 0, ...more] = scores?.shape ?? [];
  if (!scores || given !== rows || columns === 0 || more.length > 0) {
    throw new InputError(
      'UNSUPPORTED',
      `${output} is [${scores?.shape.join(', ')}] for ${rows} samples; top-1 accuracy needs [${rows}, classes].`,
      { remedy: 'Leave the evaluation data out, or export the network with a row of scores for each sample.' },
    );
  }
  const flat = floats(scores);
  return Array.from({ length: rows }, (_, row) => largest(flat.subarray(row * columns, (row + 1) * columns)));
}

function largest(row: Float32Array): number | null {
  let best = 0;
  for (const [index, value] of row.entries()) {
    if (Number.isNaN(value)) return null;
    if (value > (row[best] ?? 0)) best = index;
  }
  return best;
}
