import { InputError } from '#contract/failure.ts';
import type { ByteSource } from '../byte-source.ts';
import { type FileFormat, sniffSource } from '../sniff.ts';
import type { PthContents } from './contents.ts';

/** Which container of torch.save a file is; what is none is refused with a sentence that says what it is instead. */
export async function requireContainer(source: ByteSource): Promise<PthContents['container']> {
  const format = await sniffSource(source);
  if (format === 'pth-zip') return 'zip';
  if (format === 'pth-legacy') return 'legacy';
  if (format !== 'unknown') throw otherFormat(source, format);
  throw await unknownFile(source);
}

const others: Record<
  Exclude<FileFormat, 'pth-zip' | 'pth-legacy' | 'unknown'>,
  { code: 'UNSUPPORTED' | 'WRONG_BACKEND' | 'NOT_A_MODEL'; what: string; remedy: string }
> = {
  'pth-tar': {
    code: 'UNSUPPORTED',
    what: 'a tar archive of PyTorch before 0.2, which is not read',
    remedy: 'Load it in PyTorch and save it again: torch.save(torch.load(path), path).',
  },
  onnx: {
    code: 'WRONG_BACKEND',
    what: 'an ONNX model, not a PyTorch checkpoint',
    remedy: 'Use the backend modelopt.onnx for it.',
  },
  safetensors: {
    code: 'UNSUPPORTED',
    what: 'a safetensors file, not a PyTorch checkpoint',
    remedy: 'Load it in Python and save it with torch.save(safetensors.torch.load_file(path), path).',
  },
  npz: {
    code: 'NOT_A_MODEL',
    what: 'a NumPy archive (.npz), not a model',
    remedy: 'Upload it as a dataset, and a .pth or .onnx as the model.',
  },
};

function otherFormat(source: ByteSource, format: keyof typeof others): InputError {
  const { code, what, remedy } = others[format];
  return new InputError(code, `${source.name} is ${what}.`, { remedy });
}

/** What people upload by mistake, by its first characters (in lower case, without leading white space). */
const mistakes: readonly (readonly [readonly string[], string])[] = [
  [['version https://git-lfs'], 'a Git LFS pointer, not the file it points to: run git lfs pull'],
  [['\x1f\x8b'], 'compressed with gzip: unpack it first'],
  [['<!doctype', '<html'], 'a web page, not a model: the download failed'],
  [['{', '['], 'a text in JSON, not a model: the download may have failed'],
  [['pk\x05\x06'], 'an empty zip archive'],
  [['pk\x03\x04'], 'a zip archive that was not written by torch.save (no data.pkl), or only the beginning of one'],
  [['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'], 'a bare pickle, not a file of torch.save'],
];

async function unknownFile(source: ByteSource): Promise<InputError> {
  if (source.size === 0) return new InputError('NOT_A_MODEL', `${source.name} is empty (0 bytes).`);
  const head = Buffer.from(await source.read(0, Math.min(source.size, 64)))
    .toString('latin1')
    .trimStart()
    .toLowerCase();
  const what =
    mistakes.find(([starts]) => starts.some((start) => head.startsWith(start)))?.[1] ??
    'neither a .pth nor any other model format we know';
  return new InputError('NOT_A_MODEL', `${source.name} (${source.size} bytes) is ${what}.`, {
    remedy: 'Save the weights with torch.save(model.state_dict(), path).',
  });
}
