import { InputError } from '#contract/failure.ts';
import { corrupt } from '../../byte-source.ts';
import type { onnx } from '../generated/messages.js';

/** What a tensor says of its data in another file. Source: "External Data", onnx/docs/ExternalData.md. */
export type DataReference = {
  /** Path relative to the model's folder, of plain names and `/`. */
  readonly location: string;
  readonly offset: number;
  /** null: as much as shape and type ask for. */
  readonly length: number | null;
};

/** `TensorProto.DataLocation.EXTERNAL`. */
const external = 1;

export function isExternal(tensor: onnx.TensorProto.$Properties): boolean {
  return tensor.dataLocation === external || (tensor.externalData ?? []).length > 0;
}

/**
 * Keys that the specification does not have are passed over, as its own reader does.
 * Errors: CORRUPT_FILE for what two readers could read differently; UNSAFE_FILE for a location that is not inside the folder.
 */
export function readReference(tensor: onnx.TensorProto.$Properties, label: string): DataReference {
  if (tensor.dataLocation !== external) {
    throw corrupt({ name: label }, 'names a file for its data, and says that they are not in one.');
  }
  const value = (key: string) => {
    const entries = (tensor.externalData ?? []).filter((entry) => entry.key === key);
    if (entries.length > 1)
      throw corrupt({ name: label }, `says ${entries.length} times what the ${key} of its data is.`);
    return entries[0]?.value ?? null;
  };
  const location = value('location');
  if (!location) throw corrupt({ name: label }, 'keeps its data in another file, and does not say in which.');
  const length = value('length');
  return {
    location: plainPath(location, label),
    offset: wholeNumber(value('offset') ?? '0', { key: 'offset', label }),
    length: length === null ? null : wholeNumber(length, { key: 'length', label }),
  };
}

/** The same path without `./` in it. */
function plainPath(location: string, label: string): string {
  const names = location.split('/').filter((name) => name !== '.');
  if (names.length > 0 && names.every((name) => plainName.test(name) && name !== '..')) return names.join('/');
  throw new InputError(
    'UNSAFE_FILE',
    `${label} keeps its data in ${JSON.stringify(location.slice(0, 120))}, which is no path inside the model’s folder.`,
    {
      remedy:
        'Save the model again with its data in a file beside it: onnx.save(model, path, save_as_external_data=True).',
    },
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const plainName = /^[^/\\\u0000-\u001f\u007f\ufffd]{1,255}$/;

function wholeNumber(text: string, { key, label }: { key: string; label: string }): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw corrupt(
    { name: label },
    `says that the ${key} of its data is ${JSON.stringify(text.slice(0, 40))}, which is no number of bytes.`,
  );
}
