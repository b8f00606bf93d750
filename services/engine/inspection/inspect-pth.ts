import type { InputFile } from '#contract/backend.ts';
import type { InspectedTensor, ModelInspection } from '#contract/inspection.ts';
import { dtypes } from '#engine/formats/dtype.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';
import { countParameters } from './count-parameters.ts';

export async function inspectPth({ path, name }: InputFile): Promise<ModelInspection> {
  const checkpoint = await openCheckpoint(path, name);
  await checkpoint.close();
  const tensors = mergeParts(checkpoint);
  return {
    kind: 'model',
    format: 'pth',
    container: checkpoint.container,
    producer: checkpoint.producer,
    wrapper: checkpoint.wrapper,
    bytes: checkpoint.bytes,
    shards: 1,
    tensorBytes: tensors.reduce((sum, { bytes }) => sum + bytes, 0),
    parameters: countParameters(tensors),
    tensors,
    inputs: [],
    outputs: [],
    unknownGlobals: checkpoint.unknownGlobals,
    notes: notesOf(checkpoint),
  };
}

/** A quantized tensor is shown under its own name, as the state dict has it, with the bytes of all its parts. */
function mergeParts({ tensors, quantized }: Checkpoint): readonly InspectedTensor[] {
  const shown = new Map<string, InspectedTensor>();
  for (const tensor of tensors) {
    const whole = wholeOf(tensor.name, quantized);
    const outer = whole === undefined ? undefined : quantized.get(whole);
    const name = whole ?? tensor.name;
    const { dtype, shape } = outer ?? tensor;
    shown.set(name, { name, dtype, shape, bytes: bytesOf(tensor) + (shown.get(name)?.bytes ?? 0) });
  }
  return [...shown.values()];
}

function wholeOf(name: string, quantized: Checkpoint['quantized']): string | undefined {
  if (quantized.size === 0) return undefined;
  const parts = name.split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.')).find((prefix) => quantized.has(prefix));
}

function notesOf({ tensors, quantized, classes }: Checkpoint): readonly string[] {
  const schemes = new Map<string, number>();
  for (const tensor of quantized.values()) schemes.set(tensor.class, (schemes.get(tensor.class) ?? 0) + 1);
  return [
    ...(tensors.length === 0 ? ['The file holds no tensors.'] : []),
    ...[...schemes].map(
      ([name, times]) => `${times} of its tensors ${times === 1 ? 'is' : 'are'} quantized already (${name}).`,
    ),
    ...(classes.size > 0 ? ['The file is a whole pickled module; its weights were read as data.'] : []),
  ];
}

function bytesOf({ dtype, shape }: CheckpointTensor): number {
  return elementCount(shape) * dtypes[dtype].bytes;
}
