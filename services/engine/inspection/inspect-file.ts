import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { Inspection } from '#contract/inspection.ts';
import { sniffWeights } from '#engine/formats/checkpoint/sniff-weights.ts';
import { type FileFormat, sniffFormat } from '#engine/formats/sniff.ts';
import { inspectCheckpoint } from './inspect-checkpoint.ts';

/** Says what a file is by its bytes, and what it holds by its headers; runs nothing in it. Errors are `InputError`s. */
export async function inspectFile(file: InputFile): Promise<Inspection> {
  const format = await sniffFormat(file.path, file.name);
  if (format === 'unknown' && (await sniffWeights(file)) === 'shards') return inspectCheckpoint(file);
  return inspectors[chooseFormat(format, file.name)](file);
}

const inspectors: Readonly<Record<Exclude<FileFormat, 'unknown'>, (file: InputFile) => Promise<Inspection>>> = {
  'pth-zip': inspectCheckpoint,
  // The reader's refusal says what to do about these.
  'pth-legacy': inspectCheckpoint,
  'pth-tar': inspectCheckpoint,
  onnx: async (file) => (await import('./inspect-onnx.ts')).inspectOnnxFile(file),
  safetensors: inspectCheckpoint,
  npz: async (file) => (await import('./inspect-npz.ts')).inspectNpz(file),
  npy: async (file) => (await import('./inspect-npy.ts')).inspectNpy(file),
  images: async (file) => (await import('./inspect-images.ts')).inspectImages(file),
};

/** Where the bytes tell nothing, the ending of the name says who is to explain what is wrong. */
function chooseFormat(format: FileFormat, name: string): keyof typeof inspectors {
  if (format !== 'unknown') return format;
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const expected = endings.get(ending);
  if (expected) return expected;
  throw new InputError(
    'NOT_A_MODEL',
    `${name} is neither a .pth, an .onnx, a .safetensors, an .npz nor a .npy file, nor a .zip or .tar of images.`,
    {
      remedy: 'Upload a model saved by torch.save or torch.onnx.export, or samples saved by numpy.savez.',
    },
  );
}

const endings: ReadonlyMap<string, keyof typeof inspectors> = new Map([
  ['pth', 'pth-zip'],
  ['pt', 'pth-zip'],
  ['ckpt', 'pth-zip'],
  ['bin', 'pth-zip'],
  ['pkl', 'pth-zip'],
  ['pickle', 'pth-zip'],
  ['onnx', 'onnx'],
  ['safetensors', 'safetensors'],
  ['json', 'pth-zip'],
  ['npz', 'npz'],
  ['npy', 'npy'],
]);
