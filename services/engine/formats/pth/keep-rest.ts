import { InputError } from '#contract/failure.ts';
import { limits } from '../limits.ts';
import type { Checkpoint, CheckpointValue, FileExtent, PickledRest } from './checkpoint.ts';
import { isDictionary, itemsOf } from './containers.ts';
import { holdsTensor } from './locate-weights.ts';
import { tuple } from './pickle/build.ts';
import { isRebuild } from './pickle/rebuild.ts';
import type { PickleNode, PickleValue, PyCall, PyPersistent, PyStorage, TensorStorage } from './pickle/value.ts';
import { restStorages } from './rest-storages.ts';

export type KeptRest = {
  /** The whole pickled object with the new state dict in the place of the old. */
  readonly value: CheckpointValue;
  /** The storages beside the state dict, as they are in the file; where `extent` is null, `storage.bytes()` gives them. */
  readonly copies: readonly { readonly storage: TensorStorage; readonly extent: FileExtent | null }[];
};

/**
 * A checkpoint with everything it held beside its weights: optimizer states, counters, hyper-parameters, objects of
 * unknown classes. They are written again as data; tensors keep their views and share storages as before.
 * Errors: UNSUPPORTED where there is nothing that could be written again (whole modules, TorchScript, safetensors).
 */
export function restWith(checkpoint: Checkpoint, stateDict: PickleValue): KeptRest {
  const { rest } = checkpoint;
  if (!rest)
    throw new InputError('UNSUPPORTED', `What stands beside the weights cannot be kept: ${reasonOf(checkpoint)}.`, {
      remedy: 'Set rest_of_checkpoint to drop.',
    });
  const storages = restStorages(rest);
  const value = new Rewriting(rest, stateDict, storages.of).rewrite(rest.root);
  return { value, copies: storages.used() };
}

function reasonOf({ container, classes }: Checkpoint): string {
  if (container === 'torchscript' || container === 'pt2' || container === 'safetensors')
    return `a file of ${container} holds nothing else`;
  return classes.size > 0
    ? 'the weights are those of a whole pickled module'
    : 'the file is no dictionary around a state dict';
}

/** It is remembered before its parts are known: one of them may lead back to it. */
type Unfinished = { -readonly [K in keyof PyCall]: PyCall[K] };

/** Copies a graph of objects node by node, so that what was one object stays one, and what contains itself still does. */
class Rewriting {
  readonly #rest: PickledRest;
  readonly #stateDict: PickleValue;
  readonly #storageOf: (node: PyPersistent) => PyStorage;
  readonly #copies = new Map<PickleNode, PickleNode>();
  #depth = 0;

  constructor(rest: PickledRest, stateDict: PickleValue, storageOf: (node: PyPersistent) => PyStorage) {
    this.#rest = rest;
    this.#stateDict = stateDict;
    this.#storageOf = storageOf;
  }

  rewrite(value: PickleValue): PickleValue {
    if (typeof value !== 'object' || value === null) return value;
    const known = this.#copies.get(value);
    if (known) return known;
    if (value === this.#rest.weights) return this.#replace(value);
    if (++this.#depth > limits.checkpointDepth)
      throw new InputError(
        'LIMIT_EXCEEDED',
        `${this.#rest.name} has containers nested more than ${limits.checkpointDepth} deep.`,
      );
    const copy = this.#copy(value);
    this.#depth -= 1;
    return copy;
  }

  /** The new state dict, with what else stood among the old one's tensors: `_extra_state`, counters. */
  #replace(weights: PickleNode): PickleValue {
    const added = this.#stateDict;
    if (typeof added !== 'object' || added?.kind !== 'call' || !isDictionary(weights)) return added;
    const entries = [...(added.entries ?? [])];
    const copy = this.#remember(weights, { ...added, entries });
    for (const { key, value } of itemsOf(weights) ?? []) {
      if (!holdsTensor(value)) entries.push([this.rewrite(key), this.rewrite(value)]);
    }
    return copy;
  }

  #copy(node: PickleNode): PickleNode {
    switch (node.kind) {
      case 'list':
      case 'tuple': {
        const items: PickleValue[] = [];
        const copy = this.#remember(node, { kind: node.kind, items });
        for (const item of node.items) items.push(this.rewrite(item));
        return copy;
      }
      case 'dict': {
        const entries: (readonly [PickleValue, PickleValue])[] = [];
        const copy = this.#remember(node, { kind: 'dict', entries });
        for (const [key, value] of node.entries) entries.push([this.rewrite(key), this.rewrite(value)]);
        return copy;
      }
      case 'call':
        return this.#call(node);
      case 'persistent':
        return this.#remember(node, this.#storageOf(node));
      default:
        return node;
    }
  }

  #call(node: PyCall): PickleNode {
    const args: PickleValue[] = [];
    const items: PickleValue[] = [];
    const entries: (readonly [PickleValue, PickleValue])[] = [];
    const copy: Unfinished = {
      ...node,
      args,
      ...(node.items ? { items } : {}),
      ...(node.entries ? { entries } : {}),
    };
    this.#remember(node, copy);
    copy.callee = this.rewrite(node.callee);
    for (const argument of this.#argumentsOf(node)) args.push(this.rewrite(argument));
    for (const item of node.items ?? []) items.push(this.rewrite(item));
    for (const [key, value] of node.entries ?? []) entries.push([this.rewrite(key), this.rewrite(value)]);
    if (node.state !== undefined) copy.state = this.rewrite(node.state);
    return copy;
  }

  /** A tensor of a view counts from the view's first element; the storage is written whole. */
  #argumentsOf(node: PyCall): readonly PickleValue[] {
    const [storage, offset, ...others] = node.args;
    const isView = isRebuild(node) && typeof storage === 'object' && storage?.kind === 'persistent';
    const start = isView ? (this.#rest.storages.get(storage)?.start ?? 0) : 0;
    if (start === 0 || !isView || typeof offset !== 'number') return node.args;
    return tuple(storage, offset + start, ...others).items;
  }

  #remember(node: PickleNode, copy: PickleNode): PickleNode {
    this.#copies.set(node, copy);
    return copy;
  }
}
