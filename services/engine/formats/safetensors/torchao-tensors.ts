import { type Dtype, dtypes } from '../dtype.ts';
import { limits } from '../limits.ts';
import type { CheckpointTensor, QuantizedTensor } from '../pth/checkpoint.ts';
import { checkJson } from './check-json.ts';

/** A tensor of a state dict that torchao took apart, with the names its parts have in the file. */
export type TorchaoTensor = {
  readonly name: string;
  /** Null for a plain tensor, which stands under its own name. */
  readonly quantized: QuantizedTensor | null;
  /** `qdata`, `scale` … to the name in the file. */
  readonly parts: ReadonlyMap<string, string>;
};

/**
 * The state dict behind a file in torchao's layout, in its order, as the metadata say; null for any other file.
 * Source: torchao/prototype/safetensors/{safetensors_support,safetensors_utils}.py, `is_metadata_torchao`.
 */
export function torchaoTensors(
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, CheckpointTensor>,
): readonly TorchaoTensor[] | null {
  const names = parse(metadata.get('tensor_names'));
  if (!Array.isArray(names) || names.length === 0) return null;
  const found: TorchaoTensor[] = [];
  for (const name of names) {
    const tensor = typeof name === 'string' ? readTensor(name, parse(metadata.get(name)), tensors) : null;
    if (!tensor) return null;
    found.push(tensor);
  }
  return found;
}

const modules: Readonly<Record<string, string>> = {
  Float8Tensor: 'torchao.quantization',
  Int8Tensor: 'torchao.quantization',
  Int4Tensor: 'torchao.quantization',
  Int4PlainInt32Tensor: 'torchao.quantization',
  Int4TilePackedTo4dTensor: 'torchao.quantization',
  IntxUnpackedToInt8Tensor: 'torchao.quantization',
  MXTensor: 'torchao.prototype.mx_formats.mx_tensor',
  NVFP4Tensor: 'torchao.prototype.mx_formats.nvfp4_tensor',
};

function readTensor(
  name: string,
  description: unknown,
  tensors: ReadonlyMap<string, CheckpointTensor>,
): TorchaoTensor | null {
  const type = member(description, '_type');
  if (type === 'Tensor') return { name, quantized: null, parts: new Map() };
  const parts = member(description, '_tensor_data_names');
  const at = name.lastIndexOf('.');
  if (typeof type !== 'string' || !Object.hasOwn(modules, type) || !Array.isArray(parts) || at < 0) return null;
  const prefix = `${name.slice(0, at)}._${name.slice(at + 1)}_`;
  const named = new Map(parts.map((part) => [String(part), prefix + part]));
  const values = tensors.get(named.get('qdata') ?? '');
  const shape = integers(member(member(description, '_data'), 'shape')) ?? values?.shape ?? [];
  const dtype = readDtype(description) ?? values?.dtype ?? 'float32';
  const inputs = member(member(description, '_data'), 'act_quant_kwargs') ?? null;
  const quantized = {
    class: `${modules[type]}.${type}`,
    dtype,
    shape,
    ...(inputs === null ? {} : { quantizesInputs: true as const }),
  };
  return { name, quantized, parts: named };
}

/** What the tensor was before: `dtype`, which younger classes call `orig_dtype`. */
function readDtype(description: unknown): Dtype | null {
  const data = member(description, '_data');
  const name = member(member(data, 'dtype') ?? member(data, 'orig_dtype'), '_data');
  return typeof name === 'string' && Object.hasOwn(dtypes, name) ? (name as Dtype) : null;
}

function integers(value: unknown): readonly number[] | null {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0) ? value : null;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    checkJson(text, limits.checkpointTensors);
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
