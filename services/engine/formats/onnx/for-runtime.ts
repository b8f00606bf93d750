import { dirname, relative, sep } from 'node:path';
import { InputError } from '#contract/failure.ts';
import { dtypes } from '../dtype.ts';
import { encodeWith, inlineProto } from './encode.ts';
import { externalProto } from './external/external-proto.ts';
import type { OnnxModel, OnnxTensor } from './model.ts';
import { tensorLength } from './tensor.ts';

/** What a session is made of. */
export type RuntimeModel = {
  readonly bytes: Uint8Array;
  /**
   * The folder to which the locations of external data are relative: ONNX Runtime's session option
   * `session.model_external_initializers_file_folder_path`. null: the model has none.
   */
  readonly folder: string | null;
};

/** Protobuf's own limit, less what the graph around the weights may take. */
const mostInlineBytes = 2 ** 31 - 2 ** 26;

/**
 * The model as a runtime takes it: weights that lie in files are mapped from there and never copied into this process.
 * Those that lie at odd places (inside a protobuf), that are computed, or that are small are given along.
 * Errors: LIMIT_EXCEEDED if that is 2 GiB or more.
 */
export function forRuntime(model: OnnxModel, name: string): RuntimeModel {
  const { initializers } = model.graph;
  const mapped = initializers.filter(isMapped);
  const inline = initializers.reduce((sum, tensor) => (isMapped(tensor) ? sum : sum + tensorLength(tensor)), 0);
  if (inline > mostInlineBytes) {
    throw new InputError(
      'LIMIT_EXCEEDED',
      `${name} has ${inline} bytes of weights that cannot stay in files of their own; ONNX Runtime takes at most ${mostInlineBytes} at once.`,
      { remedy: 'Save it with external data: onnx.save(model, path, save_as_external_data=True).' },
    );
  }
  const folder = commonFolder(mapped.flatMap(({ source }) => source?.file?.path ?? []));
  const bytes = encodeWith(model, (tensor) => {
    const file = tensor.source?.file;
    if (!file || folder === null || !isMapped(tensor)) return inlineProto(tensor);
    return externalProto(tensor, { location: relative(folder, file.path), offset: file.offset });
  });
  return { bytes, folder };
}

/** Whether a runtime can map the tensor where it lies. */
export function isMapped({ source, dtype }: OnnxTensor): boolean {
  const file = source?.file;
  return file !== null && file !== undefined && dtype !== null && file.offset % dtypes[dtype].bytes === 0;
}

/** The innermost folder that holds all the files; null if there are none. */
function commonFolder(paths: readonly string[]): string | null {
  const [first, ...others] = new Set(paths);
  if (first === undefined) return null;
  let folder = dirname(first);
  while (others.some((path) => !path.startsWith(folder === sep ? sep : folder + sep))) folder = dirname(folder);
  return folder;
}
