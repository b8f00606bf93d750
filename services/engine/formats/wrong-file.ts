import { type FailureCode, InputError } from '#contract/failure.ts';
import type { ByteSource } from './byte-source.ts';
import { isShardIndex } from './checkpoint/shard-index.ts';
import type { FileFormat } from './sniff.ts';

/** What a reader expects, and how such a file comes to be. */
const kinds = {
  pth: { name: 'a PyTorch checkpoint', remedy: 'Save the weights with torch.save(model.state_dict(), path).' },
  onnx: { name: 'an ONNX model', remedy: 'Export the network with torch.onnx.export.' },
} as const;

export type Wanted = keyof typeof kinds;

/** Refuses a file whose format is another one than the reader's: says what it is, and where it belongs. */
export function otherFormat(source: ByteSource, format: Exclude<FileFormat, 'unknown'>, wanted: Wanted): InputError {
  const { code, what, remedy } = others[format];
  const instead = typeof remedy === 'string' ? remedy : remedy[wanted];
  return new InputError(code, `${source.name} is ${what}, not ${kinds[wanted].name}.`, { remedy: instead });
}

type Other = {
  readonly code: FailureCode;
  readonly what: string;
  readonly remedy: string | Readonly<Record<Wanted, string>>;
};

const toPthBackend = 'Use the torchao or the modelopt.pytorch backend for it, or export the network to ONNX first.';
const fromSafetensors = 'Load it in Python and save it with torch.save(safetensors.torch.load_file(path), path).';

const others: Readonly<Record<Exclude<FileFormat, 'unknown'>, Other>> = {
  'pth-zip': { code: 'WRONG_BACKEND', what: 'a .pth checkpoint', remedy: toPthBackend },
  'pth-legacy': { code: 'WRONG_BACKEND', what: 'a .pth checkpoint of the old format', remedy: toPthBackend },
  'pth-tar': {
    code: 'WRONG_BACKEND',
    what: 'a .pth checkpoint of PyTorch before 0.2',
    remedy: toPthBackend,
  },
  onnx: { code: 'WRONG_BACKEND', what: 'an ONNX model', remedy: 'Use the backend modelopt.onnx for it.' },
  safetensors: {
    code: 'WRONG_BACKEND',
    what: 'a safetensors file',
    remedy: { pth: fromSafetensors, onnx: toPthBackend },
  },
  npz: {
    code: 'NOT_A_MODEL',
    what: 'a NumPy archive (.npz)',
    remedy: 'Give it as calibration or evaluation data, and a .pth or .onnx as the model.',
  },
  npy: {
    code: 'NOT_A_MODEL',
    what: 'a NumPy array (.npy)',
    remedy: 'Give it as calibration data, and a .pth or .onnx as the model.',
  },
  images: {
    code: 'NOT_A_MODEL',
    what: 'an archive, as images come in',
    remedy:
      'Give images as calibration or evaluation data; unpack what is no image, and give a .pth or .onnx as the model.',
  },
};

/** What people give by mistake, by its first characters (in lower case, as Latin-1 has it, without leading white space). */
const mistakes: readonly (readonly [readonly string[], string])[] = [
  [['version https://git-lfs'], 'a Git LFS pointer, not the file it points to: run git lfs pull'],
  [['\x1f\x8b'], 'compressed with gzip: unpack it first'],
  [['<!doctype', '<html', '<?xml'], 'a web page, not a model: the download failed'],
  [['\x89png'], 'an image (PNG), not a model'],
  [['\xff\xf8\xff'], 'an image (JPEG), not a model'],
  [['gif87a', 'gif89a'], 'an image (GIF), not a model'],
  [['%pdf-'], 'a PDF document, not a model'],
  [['\x89hdf'], 'a file in HDF5, as Keras writes it: export the network to ONNX'],
  [['gguf'], 'a model of llama.cpp (GGUF)'],
  [['\x28\xb5\x2f\xfd'], 'compressed with Zstandard: unpack it first'],
  [['\xfd7zxz'], 'compressed with xz: unpack it first'],
  [['bzh'], 'compressed with bzip2: unpack it first'],
  [["7z\xbc\xaf'\x1c"], 'an archive of 7-Zip: unpack it first'],
  [['{', '['], 'a text in JSON, not a model: the download may have failed'],
  [['pk\x05\x06'], 'an empty zip archive'],
  [['pk\x03\x04'], 'a zip archive that was not written by torch.save (no data.pkl), or only the beginning of one'],
  [['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'], 'a bare pickle, not a file of torch.save'],
];

/** Refuses a file of no format at all with what it probably is; null if nothing is known of its beginning. */
export async function knownMistake(source: ByteSource, wanted: Wanted): Promise<InputError | null> {
  const { name, size } = source;
  if (wanted === 'onnx' && (await isShardIndex(source)))
    return new InputError('WRONG_BACKEND', `${name} is the index of a model in several files, not an ONNX model.`, {
      remedy: toPthBackend,
    });
  const { remedy } = kinds[wanted];
  if (size === 0) return new InputError('NOT_A_MODEL', `${name} is empty (0 bytes).`, { remedy });
  const head = Buffer.from(await source.read(0, Math.min(size, 64)))
    .toString('latin1')
    .trimStart()
    .toLowerCase();
  const what = mistakes.find(([starts]) => starts.some((start) => head.startsWith(start)))?.[1];
  return what === undefined ? null : new InputError('NOT_A_MODEL', `${name} (${size} bytes) is ${what}.`, { remedy });
}
