import { InputError } from '#contract/failure.ts';
import type { Checkpoint, CheckpointTensor, QuantizedTensor } from '../pth/checkpoint.ts';
import { wrapperPrefix } from '../pth/wrapper-prefix.ts';
import { leftOutTensors } from './left-out.ts';
import { type TorchaoTensor, torchaoTensors } from './torchao-tensors.ts';

/**
 * The state dict that the tensors of a safetensors model are: what torchao took apart stands together again
 * (`a._weight_qdata` as `a.weight.qdata`, see `Checkpoint.quantized`), what was left out as a twin is back, and the order is
 * torchao's or, as the file has none, that of the names with numbers by their value. `name` is for messages.
 */
export function stateDictOf(file: Checkpoint, name: string): Checkpoint {
  const metadata = file.metadata ?? new Map<string, string>();
  const byName = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
  const apart = torchaoTensors(metadata, byName);
  const sources = apart
    ? putTogether({ name, byName, apart })
    : inNaturalOrder(byName, leftOutTensors(metadata, byName));
  const originalOf = (tensor: CheckpointTensor): CheckpointTensor => {
    const original = sources.get(tensor);
    if (!original) throw new Error(`tensor ${tensor.name} is of another checkpoint`);
    return original;
  };
  const tensors = [...sources.keys()];
  return {
    ...file,
    tensors,
    prefix: wrapperPrefix(tensors),
    quantized: new Map([...file.quantized, ...quantizedOf(apart ?? [])]),
    read: (tensor) => file.read(originalOf(tensor)),
    locate: (tensor) => file.locate(originalOf(tensor)),
  };
}

/** Each tensor under its new name, with the one of the file that it is. */
type Sources = ReadonlyMap<CheckpointTensor, CheckpointTensor>;

const byNumbers = new Intl.Collator('en', { numeric: true });

function inNaturalOrder(
  byName: ReadonlyMap<string, CheckpointTensor>,
  leftOut: ReadonlyMap<string, CheckpointTensor>,
): Sources {
  const named = [...byName, ...leftOut].sort(([a], [b]) => byNumbers.compare(a, b) || (a < b ? -1 : 1));
  return new Map(named.map(([name, tensor]) => [tensor.name === name ? tensor : { ...tensor, name }, tensor]));
}

type Apart = {
  readonly name: string;
  readonly byName: ReadonlyMap<string, CheckpointTensor>;
  readonly apart: readonly TorchaoTensor[];
};

function putTogether({ name: file, byName, apart }: Apart): Sources {
  const sources = new Map<CheckpointTensor, CheckpointTensor>();
  const left = new Map(byName);
  const names = new Set<string>();
  const take = (from: string, name: string) => {
    const tensor = left.get(from);
    if (!tensor) throw lacking(file, from);
    left.delete(from);
    add(name, tensor);
  };
  const add = (name: string, tensor: CheckpointTensor) => {
    if (names.has(name)) throw new InputError('CORRUPT_FILE', `${file} has two tensors that are called “${name}”`);
    names.add(name);
    sources.set({ ...tensor, name }, tensor);
  };
  for (const { name, quantized, parts } of apart) {
    if (!quantized) take(name, name);
    else for (const [part, from] of parts) take(from, `${name}.${part}`);
  }
  // What the metadata do not list, torchao's loader hands back as it is.
  for (const [name, tensor] of left) add(name, tensor);
  return sources;
}

function quantizedOf(apart: readonly TorchaoTensor[]): ReadonlyMap<string, QuantizedTensor> {
  return new Map(apart.flatMap(({ name, quantized }) => (quantized ? [[name, quantized] as const] : [])));
}

function lacking(file: string, tensor: string): InputError {
  return new InputError('CORRUPT_FILE', `${file} lacks the tensor “${tensor}”, which its metadata speak of`, {
    remedy: 'It may be one shard of several: give the index that names them all.',
  });
}
