/** A graph whose weights are in other files has a few MB; one that is larger holds its own. */
const largestGraph = 256 * 2 ** 20;

/** Of ModelProto, GraphProto, TensorProto and StringStringEntryProto. Source: onnx/onnx.proto. */
const graph = 7;
const initializer = 5;
const externalData = 13;
const entryKey = 1;
const entryValue = 2;

/**
 * The names of the files in which an ONNX model keeps its weights, as it writes them, in their order; none if it keeps
 * them itself. Bytes that are no protobuf name none: whoever inspects the file will say what is wrong.
 */
export async function dataFilesOfOnnx(file: Blob): Promise<readonly string[]> {
  if (file.size > largestGraph) return [];
  const model = new Uint8Array(await file.arrayBuffer());
  const locations = messages(model, graph).flatMap((inGraph) =>
    messages(inGraph, initializer).flatMap((tensor) => messages(tensor, externalData).flatMap(locationIn)),
  );
  return [...new Set(locations)].sort();
}

function locationIn(entry: Uint8Array): readonly string[] {
  if (textIn(entry, entryKey) !== 'location') return [];
  const location = textIn(entry, entryValue);
  // As the engine reads it: ./m.data is m.data.
  return location
    ? [
        location
          .split('/')
          .filter((name) => name !== '.')
          .join('/'),
      ]
    : [];
}

function textIn(message: Uint8Array, field: number): string {
  const [text] = messages(message, field);
  return text ? new TextDecoder().decode(text) : '';
}

/** The length-delimited fields of one number, as far as the bytes are protobuf. Source: protobuf.dev, "Encoding". */
function messages(bytes: Uint8Array, field: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = varint(bytes, at);
    const kind = tag.value % 8;
    if (kind === 0) at = varint(bytes, tag.end).end;
    else if (kind === 1) at = tag.end + 8;
    else if (kind === 5) at = tag.end + 4;
    else if (kind === 2) {
      const length = varint(bytes, tag.end);
      at = length.end + length.value;
      if (at > bytes.length) return found;
      if (Math.floor(tag.value / 8) === field) found.push(bytes.subarray(length.end, at));
    } else return found;
  }
  return found;
}

/** Ends with the bytes at the latest, so that what is cut off ends every loop. */
function varint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let end = start;
  for (let shift = 1; end < bytes.length; shift *= 128) {
    const byte = bytes[end++] ?? 0;
    value += (byte % 128) * shift;
    if (byte < 128) break;
  }
  return { value, end };
}
