import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';
import { type InputArray, labelName } from './match-arrays.ts';

/** Why none of the arrays of a file are labels of its samples: about the one that was meant to be, if its name says so. */
export function missingLabels(
  { name: file }: InputFile,
  { arrays, ports, samples }: { arrays: readonly InputArray[]; ports: readonly OnnxPort[]; samples: number },
): InputError {
  const inputs = new Set(ports.map(({ name }) => name));
  const meant = arrays.find(({ name }) => labelName.test(name) && !inputs.has(name));
  return new InputError('CALIBRATION_MISMATCH', meant ? misfit(meant, { file, samples }) : absent(file, samples), {
    remedy: meant
      ? `Top-1 accuracy needs ${samples} integers, one for each sample: ${meant.name}.astype("int64") in the order of the samples.`
      : 'Add it under the name labels.',
  });
}

function misfit({ name, dtype, shape }: InputArray, { file, samples }: { file: string; samples: number }): string {
  if (!/^u?int/.test(dtype)) return `${name} in ${file} is ${dtype}; integers are needed`;
  if (shape.length === 1) return `${name} in ${file} has ${shape[0]} entries for ${samples} samples`;
  return `${name} in ${file} is [${shape.join(', ')}] for ${samples} samples; [${samples}] is needed`;
}

function absent(file: string, samples: number): string {
  return `${file} holds no labels: an array of ${samples} integers, one for each sample, is needed for top-1 accuracy`;
}
