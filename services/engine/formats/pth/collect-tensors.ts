import { InputError } from '#contract/failure.ts';
import { limits } from '../limits.ts';
import type { CheckpointTensor, QuantizedTensor } from './checkpoint.ts';
import { itemsOf } from './containers.ts';
import { classOf, isModule, moduleItems } from './module-objects.ts';
import type { PickleNode, PickleValue, PyPersistent } from './pickle/value.ts';
import type { Storage } from './storages.ts';
import { checkTensor, checkWrapper } from './tensor-geometry.ts';
import { readTensorNode } from './tensor-nodes.ts';

export type Collected = {
  readonly tensors: readonly CheckpointTensor[];
  readonly classes: ReadonlyMap<string, string>;
  readonly quantized: ReadonlyMap<string, QuantizedTensor>;
};

/** Every tensor below `root`, named by its keys joined with dots, as `state_dict()` names them. */
export function collectTensors(root: PickleValue, storages: ReadonlyMap<PyPersistent, Storage>): Collected {
  const walk = new Walk(storages);
  walk.visit(root, '', 0);
  return { tensors: [...walk.tensors.values()], classes: walk.classes, quantized: walk.quantized };
}

/** One walk over a graph that may contain itself, refer to one object many times, and be as deep as it likes. */
class Walk {
  readonly tensors = new Map<string, CheckpointTensor>();
  readonly classes = new Map<string, string>();
  readonly quantized = new Map<string, QuantizedTensor>();
  #wrappers = 0;
  readonly #storages: ReadonlyMap<PyPersistent, Storage>;
  readonly #path = new Set<PickleNode>();
  readonly #references = new Map<PickleNode, number>();
  #visits = 0;

  constructor(storages: ReadonlyMap<PyPersistent, Storage>) {
    this.#storages = storages;
  }

  visit(value: PickleValue, name: string, depth: number): void {
    if (typeof value !== 'object' || value === null || this.#path.has(value)) return;
    if (++this.#visits > limits.checkpointVisits)
      throw over(`more than ${limits.checkpointVisits} objects, counting each time one is referred to`);
    const references = (this.#references.get(value) ?? 0) + 1;
    this.#references.set(value, references);
    if (references > limits.checkpointReferences)
      throw over(`an object that is referred to more than ${limits.checkpointReferences} times`);
    if (depth > limits.checkpointDepth) throw over(`containers nested more than ${limits.checkpointDepth} deep`);
    if (name.length > limits.tensorNameLength) throw over(`a name of more than ${limits.tensorNameLength} characters`);
    this.#path.add(value);
    this.#enter(value, name, depth);
    this.#path.delete(value);
  }

  #enter(value: PickleNode, name: string, depth: number): void {
    const tensor = readTensorNode(value, name);
    if (tensor?.kind === 'plain') {
      this.#add(name, checkTensor(name, tensor.tensor, this.#storageOf(name, tensor.tensor.storage)));
      return;
    }
    const module = isModule(value);
    if (module) this.classes.set(name, classOf(value));
    // Subclasses nest (torchao's older ones); the outermost is the one a state dict names.
    if (tensor && this.#wrappers++ === 0) this.quantized.set(name, checkWrapper(name, tensor));
    const items = tensor ? itemsOf(tensor.state) : module ? moduleItems(module) : itemsOf(value);
    for (const item of items ?? []) this.visit(item.value, depth === 0 ? item.name : `${name}.${item.name}`, depth + 1);
    if (tensor) this.#wrappers -= 1;
  }

  #add(name: string, tensor: CheckpointTensor): void {
    if (this.tensors.has(name))
      throw new InputError('UNSUPPORTED', `Two tensors of the file would be called “${name}”.`);
    if (this.tensors.size >= limits.checkpointTensors) throw over(`more than ${limits.checkpointTensors} tensors`);
    this.tensors.set(name, tensor);
  }

  #storageOf(name: string, node: PyPersistent): Storage {
    const storage = this.#storages.get(node);
    if (!storage) throw new InputError('CORRUPT_FILE', `The tensor “${name}” has no storage.`);
    return storage;
  }
}

function over(what: string): InputError {
  return new InputError('LIMIT_EXCEEDED', `The file has ${what}.`);
}
