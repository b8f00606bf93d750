import { InputError } from '#contract/failure.ts';
import { overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';
import type { CheckpointTensor, ComposedTensor, QuantizedTensor } from './checkpoint.ts';
import { itemsOf } from './containers.ts';
import type { PthContents, ScriptClasses } from './contents.ts';
import { classOf, isModule, moduleItems, saysFeatures } from './module-objects.ts';
import { negatedStorage, negationOf } from './negated-storage.ts';
import type { RawArray } from './numpy-arrays.ts';
import type { PickleNode, PickleValue } from './pickle/value.ts';
import { isScriptObject, scriptClassOf, scriptItems } from './script-objects.ts';
import { memoryContents } from './storage-contents.ts';
import type { Storage, StorageTable } from './storages.ts';
import { checkArray, checkTensor, checkWrapper, readIntegers } from './tensor-geometry.ts';
import { type RawComposed, type RawTensor, readTensorNode } from './tensor-nodes.ts';

export type Collected = {
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  readonly storageOf: ReadonlyMap<CheckpointTensor, Storage>;
  readonly classes: ReadonlyMap<string, string>;
  readonly linearLike: ReadonlyMap<string, boolean>;
  readonly quantized: ReadonlyMap<string, QuantizedTensor>;
  readonly composed: ReadonlyMap<string, ComposedTensor>;
  /** How many tensors are NumPy arrays. */
  readonly arrays: number;
};

type Surroundings = Pick<PthContents, 'storages' | 'scripts'> & {
  /** What the user calls the file. */
  readonly file: string;
};

/** Every tensor below `root`, named by its keys joined with dots, as `state_dict()` names them. */
export function collectTensors(root: PickleValue, surroundings: Surroundings): Collected {
  const walk = new Walk(surroundings);
  walk.visit(root, '', 0);
  return walk;
}

/** One walk over a graph that may contain itself, refer to one object many times, and be as deep as it likes. */
class Walk implements Collected {
  readonly tensors = new Map<string, CheckpointTensor>();
  readonly storageOf = new Map<CheckpointTensor, Storage>();
  readonly classes = new Map<string, string>();
  readonly linearLike = new Map<string, boolean>();
  readonly quantized = new Map<string, QuantizedTensor>();
  readonly composed = new Map<string, ComposedTensor>();
  #wrappers = 0;
  readonly #file: string;
  readonly #storages: StorageTable;
  readonly #scripts: ScriptClasses | null;
  readonly #path = new Set<PickleNode>();
  readonly #references = new Map<PickleNode, number>();
  readonly #arrays = new Map<PickleNode, Storage>();
  #visits = 0;

  constructor({ storages, scripts, file }: Surroundings) {
    this.#file = file;
    this.#storages = storages;
    this.#scripts = scripts;
  }

  get arrays(): number {
    return this.#arrays.size;
  }

  visit(value: PickleValue, name: string, depth: number): void {
    if (typeof value !== 'object' || value === null || this.#path.has(value)) return;
    if (++this.#visits > limits.checkpointVisits)
      throw this.#over(`more than ${limits.checkpointVisits} objects, counting each time one is referred to`);
    if (isLeaf(value)) return;
    if (depth > limits.checkpointDepth) throw this.#over(`containers nested more than ${limits.checkpointDepth} deep`);
    if (name.length > limits.tensorNameLength)
      throw this.#over(`a name of more than ${limits.tensorNameLength} characters`);
    this.#path.add(value);
    this.#enter(value, name, depth);
    this.#path.delete(value);
  }

  #enter(value: PickleNode, name: string, depth: number): void {
    const tensor = readTensorNode(value, name);
    // Tensors have a limit of their own.
    if (tensor?.kind !== 'plain') this.#countReference(value);
    if (tensor?.kind === 'plain') this.#addPlain(name, tensor);
    else if (tensor?.kind === 'array') this.#addArray(name, tensor, value);
    else if (tensor?.kind === 'composed') this.#enterComposed(tensor, name, depth);
    else if (tensor) {
      // Subclasses nest (torchao's older ones); the outermost is the one a state dict names.
      if (this.#wrappers++ === 0) this.quantized.set(name, checkWrapper(name, tensor));
      this.#visitAll(itemsOf(tensor.state) ?? [], name, depth);
      this.#wrappers -= 1;
    } else this.#visitAll(this.#itemsOf(value, name), name, depth);
  }

  #countReference(value: PickleNode): void {
    const references = (this.#references.get(value) ?? 0) + 1;
    this.#references.set(value, references);
    if (references > limits.checkpointReferences)
      throw this.#over(`an object that is referred to more than ${limits.checkpointReferences} times`);
  }

  #itemsOf(value: PickleNode, name: string): Iterable<Named> {
    if (this.#scripts && isScriptObject(value)) {
      this.classes.set(name, scriptClassOf(value));
      return scriptItems(value, this.#scripts);
    }
    const module = isModule(value);
    if (!module) return itemsOf(value) ?? [];
    this.classes.set(name, classOf(value));
    this.linearLike.set(name, saysFeatures(module));
    return moduleItems(module);
  }

  #visitAll(items: Iterable<Named>, name: string, depth: number): void {
    for (const item of items) this.visit(item.value, depth === 0 ? item.name : `${name}.${item.name}`, depth + 1);
  }

  #enterComposed({ layout, dtype, size, parts }: RawComposed, name: string, depth: number): void {
    for (const [part, value] of parts) {
      const partName = `${name}.${part}`;
      const number = numberTensor(value);
      const key = `number:${partName}`;
      if (number) this.#add({ ...number.tensor, name: partName, storageKey: key }, { ...number.storage, key });
      else this.visit(value, partName, depth + 1);
    }
    const values = this.tensors.get(`${name}.values`) ?? this.tensors.get(`${name}.buffer`);
    const shape = size === null ? [] : readIntegers(name, 'shape', size);
    this.composed.set(name, { layout, dtype: dtype ?? values?.dtype ?? 'unknown', shape });
  }

  #addPlain(name: string, raw: RawTensor): void {
    const storage = this.#storages.get(raw.storage);
    if (!storage) throw new InputError('CORRUPT_FILE', `The tensor “${name}” has no storage.`);
    const tensor = checkTensor(name, raw, storage);
    const negation = negationOf(raw);
    const values = negation ? negatedStorage(storage, tensor.dtype, negation) : storage;
    this.#add(negation ? { ...tensor, storageKey: values.key } : tensor, values);
  }

  #addArray(name: string, raw: RawArray, node: PickleNode): void {
    const { tensor, bytes } = checkArray(name, raw);
    const storage = this.#arrays.get(node) ?? {
      ...memoryContents(bytes, raw.bigEndian),
      key: `array:${this.#arrays.size}`,
      dtype: raw.dtype,
      start: 0,
    };
    this.#arrays.set(node, storage);
    this.#add({ ...tensor, storageKey: storage.key }, storage);
  }

  #add(tensor: CheckpointTensor, storage: Storage): void {
    if (this.tensors.has(tensor.name))
      throw new InputError('UNSUPPORTED', `Two tensors of ${this.#file} would be called “${tensor.name}”.`);
    if (this.tensors.size >= limits.checkpointTensors)
      throw this.#over(`more than ${limits.checkpointTensors} tensors`);
    this.tensors.set(tensor.name, tensor);
    this.storageOf.set(tensor, storage);
  }

  #over(what: string): InputError {
    return overLimit({ name: this.#file }, `has ${what}.`);
  }
}

type Named = { readonly name: string; readonly value: PickleValue };

/** A number of the pickle as a tensor of rank 0: the scale and zero point of a tensor quantized by torch.ao. */
function numberTensor(value: PickleValue) {
  const float = typeof value === 'object' && value?.kind === 'float' ? value.value : null;
  if (float === null && typeof value !== 'number') return null;
  const dtype = float === null ? 'int64' : 'float64';
  const { buffer } = float === null ? BigInt64Array.of(BigInt(Number(value))) : Float64Array.of(float);
  return {
    tensor: { dtype, shape: [], strides: [], storageOffset: 0 },
    storage: { ...memoryContents(new Uint8Array(buffer), false), dtype, start: 0 },
  } as const;
}

/** Nothing stands below it; the pickle's reader may have made one of many such. */
function isLeaf(node: PickleNode): boolean {
  if (node.kind === 'tuple') return node.items.every((item) => typeof item !== 'object' || item === null);
  return node.kind === 'float' || node.kind === 'global';
}
