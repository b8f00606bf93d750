/** The module a node belongs to, as the exporter wrote it down. */
export type NodeScope = {
  /** Attribute path of the innermost module: `layer1.0.conv1`; '' is the network itself. */
  readonly path: string;
  /** Tells one call of a module from the next where the exporter does: `/shared_1`. */
  readonly call: string;
  /** Module paths from the network inwards with their classes; classes are null where only names are known. */
  readonly chain: readonly { readonly path: string; readonly class: string | null }[];
};

type ScopedNode = {
  readonly name: string;
  readonly metadata: ReadonlyMap<string, string>;
};

/**
 * Reads the scope of a node: from the metadata of torch's default exporter, else from the node name of its
 * TorchScript exporter. `known` holds the module paths of the network, as far as they are known: they decide
 * whether `relu_1` is a module of that name or the second call of `relu`. Null: the node says nothing.
 */
export function nodeScope(node: ScopedNode, known: ReadonlySet<string>): NodeScope | null {
  return scopeFromMetadata(node.metadata) ?? scopeFromName(node.name, known);
}

const scopesKey = 'pkg.torch.onnx.name_scopes';
const classesKey = 'pkg.torch.onnx.class_hierarchy';
/** What torch calls the scope of nodes that it made itself, such as those that read a size of an input. */
const nowhere = '_empty_nn_module_stack_from_metadata_hook';

/** The last entry of both lists is the operator, not a module. */
function scopeFromMetadata(metadata: ReadonlyMap<string, string>): NodeScope | null {
  const paths = pythonStrings(metadata.get(scopesKey)).slice(0, -1);
  const classes = pythonStrings(metadata.get(classesKey)).slice(0, -1);
  const path = paths.at(-1);
  if (path === undefined || paths.length !== classes.length || paths.includes(nowhere)) return null;
  return { path, call: path, chain: paths.map((path, i) => ({ path, class: lastPart(classes[i] ?? '') })) };
}

/**
 * `/layer1/layer1.0/conv1/Conv`: children of a Sequential repeat its name, a ModuleList leaves no part of its
 * own, a further call of a module has a number at its end, and the last part is the operator.
 */
function scopeFromName(name: string, known: ReadonlySet<string>): NodeScope | null {
  if (!name.startsWith('/')) return null;
  const parts = name.slice(1).split('/').slice(0, -1);
  const chain: { path: string; class: null }[] = [{ path: '', class: null }];
  let parent = '';
  let path = '';
  let previous = '';
  for (const part of parts) {
    const repeats = previous !== '' && part.startsWith(`${previous}.`);
    const base = repeats ? parent : path;
    path = knownPath(join(base, part), known);
    parent = base;
    previous = part;
    chain.push({ path, class: null });
  }
  return { path, call: `/${parts.join('/')}`, chain };
}

function knownPath(path: string, known: ReadonlySet<string>): string {
  if (known.has(path)) return path;
  const first = path.replace(/_\d+$/, '');
  return known.has(first) ? first : path;
}

const join = (base: string, part: string): string => (base === '' ? part : `${base}.${part}`);

const lastPart = (qualified: string): string => qualified.slice(qualified.lastIndexOf('.') + 1);

/** The strings of a Python list of strings: `['', 'bn', 'batch_norm']`. */
function pythonStrings(text: string | undefined): string[] {
  return [...(text ?? '').matchAll(/'([^'\\]*)'|"([^"\\]*)"/g)].map(([, single, double]) => single ?? double ?? '');
}
