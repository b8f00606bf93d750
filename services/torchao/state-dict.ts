import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { dict, orderedDict } from '#engine/formats/pth/pickle/build.ts';
import type { PickleValue } from '#engine/formats/pth/pickle/value.ts';
import type { Entry } from './entry.ts';
import { float8Tensor } from './float8-tensor.ts';
import { int8Tensor } from './int8-tensor.ts';

/**
 * The state dict as `torch.save(model.state_dict())` pickles it: an OrderedDict with `_metadata`, the version of
 * each module, from which the prefix is taken as from the names of the entries.
 */
export function stateDict(entries: readonly Entry[], modules: Checkpoint['modules'], prefix: string): PickleValue {
  const metadata = [...modules].flatMap(([path, version]) => {
    const name = pathInNetwork(path, prefix);
    return name === null ? [] : ([[name, dict([['version', version]])]] as const);
  });
  return orderedDict(
    entries.map((entry) => [entry.name, entryValue(entry)] as const),
    metadata.length > 0 ? dict([['_metadata', orderedDict(metadata)]]) : undefined,
  );
}

function entryValue(entry: Entry): PickleValue {
  if (entry.kind === 'plain') return entry.tensor;
  const { weight } = entry;
  return { kind: 'deferred', make: () => (weight.kind === 'int8' ? int8Tensor(weight) : float8Tensor(weight)) };
}

/** `model.` in front of `model.fc` gives `fc`, of `model` gives the root; other modules are outside the network. */
function pathInNetwork(path: string, prefix: string): string | null {
  if (prefix === '') return path;
  if (`${path}.` === prefix) return '';
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}
