import type { InputFile } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { corrupt } from '../../byte-source.ts';
import { checkHead } from '../check/check-tensors.ts';
import { limits } from '../check/limits.ts';
import type { OnnxModel, OnnxTensor } from '../model.ts';
import { tensorLength } from '../tensor.ts';
import { fileSource } from '../tensor-source.ts';
import { type DataFile, findDataFiles } from './data-files.ts';
import { type DataReference, isExternal, readReference } from './reference.ts';

/** Shapes, axes and biases are looked at often; smaller tensors than this are read at once. */
const leastLeft = 4096;

/**
 * The model with every initializer that has its data in another file bound to that file; nothing else is changed.
 * All is checked before anything is read: that the file is where a model's files may be, and holds what the shape asks for.
 * Errors: those of `readReference` and `findDataFiles`; CORRUPT_FILE for sizes that do not agree.
 */
export async function attachData(model: OnnxModel, file: InputFile): Promise<OnnxModel> {
  const references = dataReferences(model, file.name);
  if (references.size === 0) return model;
  const locations = new Set([...references.values()].map(({ location }) => location));
  const files = await findDataFiles(file, locations);
  refuseRepeated(references, files, file.name);
  const initializers = model.graph.initializers.map((tensor) => {
    const reference = references.get(tensor);
    const data = reference && files.get(reference.location);
    return reference && data ? bind(tensor, { reference, data, label: labelOf(tensor, file.name) }) : tensor;
  });
  return { ...model, graph: { ...model.graph, initializers } };
}

/** Each tensor is read, and written, for itself: a small file that thousands of them name would become terabytes. */
function refuseRepeated(
  references: ReadonlyMap<OnnxTensor, DataReference>,
  files: ReadonlyMap<string, DataFile>,
  name: string,
): void {
  let read = 0;
  for (const tensor of references.keys()) read += tensorLength(tensor);
  const stored = [...files.values()].reduce((sum, { size }) => sum + size, 0);
  if (read <= limits.dataReads * stored) return;
  throw new InputError(
    'LIMIT_EXCEEDED',
    `The tensors of ${name} take ${read} bytes out of files that have ${stored}; at most ${limits.dataReads} times what is there is read.`,
  );
}

/** The names of the files that a model refers to, as it writes them, each once. Errors: those of `readReference`. */
export function dataLocations(model: OnnxModel, name: string): readonly string[] {
  return [...new Set([...dataReferences(model, name).values()].map(({ location }) => location))];
}

function dataReferences(model: OnnxModel, name: string): ReadonlyMap<OnnxTensor, DataReference> {
  const external = model.graph.initializers.filter(({ proto }) => isExternal(proto));
  return new Map(
    external.map((tensor) => {
      checkHead(tensor, name);
      if (tensor.source || (tensor.proto.rawData?.length ?? 0) > 0)
        throw corrupt({ name: labelOf(tensor, name) }, 'gives its data twice, here and in another file.');
      return [tensor, readReference(tensor.proto, labelOf(tensor, name))];
    }),
  );
}

function bind(
  tensor: OnnxTensor,
  { reference, data, label }: { reference: DataReference; data: DataFile; label: string },
): OnnxTensor {
  const wanted = tensorLength(tensor);
  const { offset, length } = reference;
  if (length !== null && length !== wanted) {
    throw corrupt(
      { name: label },
      `of shape [${tensor.shape.join(', ')}] and type ${tensor.dtype} needs ${wanted} bytes; it says that ${data.name} has ${length} for it.`,
    );
  }
  if (offset + wanted > data.size) {
    throw corrupt(
      { name: label },
      `has its data at bytes ${offset} to ${offset + wanted} of ${data.name}, which ends at byte ${data.size}.`,
    );
  }
  const { externalData, dataLocation, ...head } = tensor.proto;
  const source = fileSource({ path: data.path, name: data.name, offset }, wanted);
  return wanted < leastLeft
    ? { ...tensor, proto: { ...head, rawData: source.read(0, wanted) } }
    : { ...tensor, proto: head, source };
}

function labelOf(tensor: OnnxTensor, name: string): string {
  return `Tensor ${tensor.name} of ${name}`;
}
