import { InputError } from '#contract/failure.ts';
import { corrupt, overLimit } from '../byte-source.ts';
import type { Dtype } from '../dtype.ts';
import { limits } from '../limits.ts';
import type { Checkpoint, CheckpointTensor } from '../pth/checkpoint.ts';
import { accessTo } from '../pth/checkpoint-of.ts';
import { global, tuple } from '../pth/pickle/build.ts';
import type { PickleValue } from '../pth/pickle/value.ts';
import { storedContents } from '../pth/storage-contents.ts';
import type { Storage } from '../pth/storages.ts';
import { checkTensor } from '../pth/tensor-geometry.ts';
import { wrapperPrefix } from '../pth/wrapper-prefix.ts';
import type { ZipArchive } from '../zip/archive.ts';
import { listOf, member, textOf } from './json.ts';

type Where = {
  readonly config: unknown;
  /** Of the records, with its last slash. */
  readonly folder: string;
  openInner(record: string): Promise<Checkpoint>;
};

export type Pt2Weights = Pick<
  Checkpoint,
  'tensors' | 'prefix' | 'quantized' | 'composed' | 'unknownGlobals' | 'read' | 'locate'
>;

/** The tensors of a weights config: each is a raw storage with its geometry in JSON, or a .pth of its own (`use_pickle`). */
export async function readWeights(archive: ZipArchive, { config, folder, openInner }: Where): Promise<Pt2Weights> {
  const { source } = archive;
  const entries = Object.entries(member(config, 'config') ?? {});
  if (entries.length > limits.checkpointTensors)
    throw overLimit(source, `has ${entries.length} weights; at most ${limits.checkpointTensors} are read.`);
  const storages = new Map<CheckpointTensor, Storage>();
  const pickled = new Map<CheckpointTensor, Checkpoint>();
  const unknown = new Set<string>();
  for (const [name, weight] of entries) {
    const record = `${folder}${textOf(member(weight, 'path_name'))}`;
    if (member(weight, 'use_pickle') === true) {
      const inner = await openInner(record);
      pickled.set(onlyTensor(inner, name, source.name), inner);
      for (const global of inner.unknownGlobals) unknown.add(global);
    } else {
      const storage = storageOf(archive, record);
      const tensor = { ...checkTensor(name, rawOf(name, member(weight, 'tensor_meta')), storage), storageKey: record };
      storages.set(tensor, storage);
    }
  }
  const order = new Map(entries.map(([name], index) => [name, index]));
  const tensors = [...storages.keys(), ...pickled.keys()].sort(
    (a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0),
  );
  const access = accessTo(source, storages);
  return {
    tensors,
    prefix: wrapperPrefix(tensors),
    quantized: new Map(),
    composed: new Map(),
    unknownGlobals: [...unknown],
    read: (tensor) => pickled.get(tensor)?.read(innerOf(pickled, tensor)) ?? access.read(tensor),
    locate: (tensor) => {
      const inner = pickled.get(tensor);
      return inner ? inner.locate(innerOf(pickled, tensor)) : access.locate(tensor);
    },
  };
}

/** The tensor that a weight's own .pth holds, under the weight's name. */
function onlyTensor(inner: Checkpoint, name: string, file: string): CheckpointTensor {
  const [tensor] = inner.tensors;
  if (!tensor || inner.tensors.length !== 1 || inner.quantized.size > 0)
    throw new InputError('UNSUPPORTED', `The weight “${name}” of ${file} is no plain tensor but a pickled object.`, {
      remedy: 'Export the float model.',
    });
  return { ...tensor, name, storageKey: `${name}:${tensor.storageKey}` };
}

function innerOf(pickled: ReadonlyMap<CheckpointTensor, Checkpoint>, tensor: CheckpointTensor): CheckpointTensor {
  const inner = pickled.get(tensor)?.tensors[0];
  if (!inner) throw new Error(`tensor ${tensor.name} is of another checkpoint`);
  return inner;
}

function storageOf({ source, entries }: ZipArchive, record: string): Storage {
  const entry = entries.get(record);
  if (!entry) throw corrupt(source, `refers to the record ${record}, which is not in the archive.`);
  if (entry.method !== 'stored')
    throw new InputError('UNSUPPORTED', `${source.name} compresses its weights (${record}).`, {
      remedy: 'Save the program again with torch.export.save.',
    });
  const contents = storedContents(source)({ offset: entry.offset, bytes: entry.bytes, bigEndian: false });
  return { ...contents, key: record, dtype: null, start: 0 };
}

/** torch/_export/serde/schema.py `ScalarType`. */
const scalarTypes: Readonly<Record<number, Dtype>> = {
  1: 'uint8',
  2: 'int8',
  3: 'int16',
  4: 'int32',
  5: 'int64',
  6: 'float16',
  7: 'float32',
  8: 'float64',
  9: 'complex32',
  10: 'complex64',
  11: 'complex128',
  12: 'bool',
  13: 'bfloat16',
  28: 'uint16',
  29: 'float8_e4m3fn',
  30: 'float8_e5m2',
  31: 'float8_e4m3fnuz',
  32: 'float8_e5m2fnuz',
  33: 'float8_e8m0fnu',
  34: 'uint32',
  35: 'uint64',
};
const STRIDED = 7;

/** The geometry as a pickle would say it, so that the same checks hold. */
function rawOf(name: string, meta: unknown) {
  const number = Number(member(meta, 'dtype'));
  const dtype = Object.hasOwn(scalarTypes, number) ? scalarTypes[number] : undefined;
  const layout = member(meta, 'layout');
  if (!dtype || layout !== STRIDED)
    throw new InputError(
      'UNSUPPORTED',
      `The weight “${name}” has the element type ${number} and layout ${String(layout)}, which are not read.`,
    );
  return {
    kind: 'plain',
    storage: { kind: 'persistent', id: null },
    offset: integerOf(member(meta, 'storage_offset')),
    size: tuple(...listOf(member(meta, 'sizes')).map(integerOf)),
    stride: tuple(...listOf(member(meta, 'strides')).map(integerOf)),
    dtype: global('torch', dtype),
    conj: false,
    neg: false,
  } as const;
}

function integerOf(value: unknown): PickleValue {
  const integer = member(value, 'as_int');
  return Number.isSafeInteger(integer) ? Number(integer) : null;
}
