import { InputError } from '#contract/failure.ts';
import type { Inspection } from '#contract/inspection.ts';

/** A model where data was to be, or data where a model was to be, is refused by its name with what to do instead. */
export function refuseOtherKind(name: string, found: Inspection, wanted: Inspection['kind']): Inspection {
  if (found.kind === wanted) return found;
  const { code, noun, remedy } = refusals[wanted];
  throw new InputError(code, `${name} is ${nouns[found.format]}, not ${noun}.`, { remedy });
}

const nouns: Readonly<Record<Inspection['format'], string>> = {
  pth: 'a PyTorch checkpoint',
  onnx: 'an ONNX model',
  safetensors: 'a file of safetensors weights',
  npz: 'an archive of NumPy arrays',
  npy: 'a NumPy array',
  images: 'an archive of images',
};

const refusals = {
  model: {
    code: 'NOT_A_MODEL',
    noun: 'a model',
    remedy: 'Upload it under Datasets; a model is a .pth, a .safetensors or an .onnx file.',
  },
  dataset: {
    code: 'NOT_A_DATASET',
    noun: 'calibration data',
    remedy: 'Upload it under Models; calibration data is an .npz, an .npy or an archive of images.',
  },
} as const;
