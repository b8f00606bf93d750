import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { keptTensors } from '#engine/formats/pth/kept-tensors.ts';
import { dict, orderedDict } from '#engine/formats/pth/pickle/build.ts';
import type { PickleValue } from '#engine/formats/pth/pickle/value.ts';

type Parts = {
  readonly checkpoint: Checkpoint;
  /** What names lose in front: '' or `model.`. */
  readonly prefix: string;
  /** The value that takes a tensor's place; null leaves it as it is. */
  replace(tensor: CheckpointTensor): PickleValue | null;
  /** Reads a tensor that stays; called when the writer reaches it. */
  read(tensor: CheckpointTensor): Promise<Uint8Array>;
};

/** The state dict as `torch.save(model.state_dict())` pickles it: an OrderedDict in the checkpoint's order, with `_metadata`. */
export function stateDict({ checkpoint, prefix, replace, read }: Parts): PickleValue {
  const keep = keptTensors(read);
  const entries = checkpoint.tensors.map(
    (tensor) => [tensor.name.slice(prefix.length), replace(tensor) ?? keep(tensor)] as const,
  );
  const metadata = [...checkpoint.modules].flatMap(([path, version]) => {
    const name = pathInNetwork(path, prefix);
    return name === null ? [] : ([[name, dict([['version', version]])]] as const);
  });
  return orderedDict(entries, metadata.length > 0 ? dict([['_metadata', orderedDict(metadata)]]) : undefined);
}

/** `model.` in front of `model.fc` gives `fc`, of `model` gives the root; other modules are outside the network. */
function pathInNetwork(path: string, prefix: string): string | null {
  if (prefix === '') return path;
  if (`${path}.` === prefix) return '';
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}
