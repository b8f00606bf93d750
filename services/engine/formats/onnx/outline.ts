import type { ByteSource } from '../byte-source.ts';
import { fields, messageHead } from './message-head.ts';

/** A model as protobuf without the raw data of its large initializers, and where in the file those lie. */
export type Outline = {
  readonly bytes: Uint8Array;
  /** By the position of the initializer in the graph. */
  readonly left: ReadonlyMap<number, ByteRange>;
};

export type ByteRange = { readonly offset: number; readonly length: number };

/** What is smaller is read with everything around it. */
const leastLeft = 1 << 20;

/**
 * Reads a model of up to 2 GiB around its weights. Whatever is not laid out as expected is left to the decoder, which
 * then gets the whole file: this only saves memory, and decides nothing.
 */
export async function readOutline(source: ByteSource): Promise<Outline> {
  const whole = async () => ({ bytes: await source.read(0, source.size), left: new Map<number, ByteRange>() });
  if (source.size < leastLeft) return whole();
  const outline = await outlineModel(source).catch((error: unknown) => {
    if (error instanceof Unexpected) return null;
    throw error;
  });
  return outline ?? whole();
}

/** Bytes of the file, or new ones. */
type Piece = ByteRange | Uint8Array;

async function outlineModel(source: ByteSource): Promise<Outline> {
  const cursor = createCursor(source);
  const left = new Map<number, ByteRange>();
  let initializers = 0;

  const tensor = async (range: ByteRange): Promise<Piece[]> => {
    const index = initializers++;
    return rewrite(cursor, range, async (field) => {
      if (field.number !== fields.rawData || field.body.length < leastLeft) return null;
      if (left.has(index)) throw new Unexpected('two values of one field');
      left.set(index, field.body);
      return [];
    });
  };
  const graph = (range: ByteRange) =>
    rewrite(cursor, range, async (field) =>
      field.number === fields.initializer ? message(field.number, await tensor(field.body)) : null,
    );
  const pieces = await rewrite(cursor, { offset: 0, length: source.size }, async (field) =>
    field.number === fields.graph ? message(field.number, await graph(field.body)) : null,
  );
  return { bytes: await collect(source, pieces), left };
}

type Field = { readonly number: number; readonly body: ByteRange };

/** The fields of a message, those of length-delimited ones replaced for which `change` gives something else. */
async function rewrite(
  cursor: Cursor,
  range: ByteRange,
  change: (field: Field) => Promise<readonly Piece[] | null>,
): Promise<Piece[]> {
  const pieces: Piece[] = [];
  const end = range.offset + range.length;
  for (let at = range.offset; at < end; ) {
    const { next, field } = await readField(cursor, at);
    if (next > end) throw new Unexpected('a field beyond the end of its message');
    const changed = field && (await change(field));
    append(pieces, changed ?? [{ offset: at, length: next - at }]);
    at = next;
  }
  return pieces;
}

/** Neighbours become one piece, so that they are read at once. */
function append(pieces: Piece[], more: readonly Piece[]): void {
  for (const piece of more) {
    const last = pieces.at(-1);
    if (
      last &&
      !(last instanceof Uint8Array) &&
      !(piece instanceof Uint8Array) &&
      last.offset + last.length === piece.offset
    )
      pieces[pieces.length - 1] = { offset: last.offset, length: last.length + piece.length };
    else pieces.push(piece);
  }
}

function message(number: number, body: readonly Piece[]): Piece[] {
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  return [messageHead(number, length), ...body];
}

async function readField(cursor: Cursor, at: number): Promise<{ next: number; field: Field | null }> {
  const tag = await cursor.varint(at);
  const number = Math.floor(tag.value / 8);
  switch (tag.value % 8) {
    case 0:
      return { next: (await cursor.varint(tag.next)).next, field: null };
    case 1:
      return { next: tag.next + 8, field: null };
    case 2: {
      const { value: length, next: offset } = await cursor.varint(tag.next);
      return { next: offset + length, field: { number, body: { offset, length } } };
    }
    case 5:
      return { next: tag.next + 4, field: null };
    default:
      throw new Unexpected(`wire type ${tag.value % 8}`);
  }
}

type Cursor = { varint(at: number): Promise<{ value: number; next: number }> };

const windowBytes = 1 << 18;

function createCursor(source: ByteSource): Cursor {
  let window = new Uint8Array(0);
  let start = 0;
  return {
    async varint(at) {
      if (at < start || at + 10 > start + window.length) {
        start = at;
        window = await source.read(at, Math.max(0, Math.min(windowBytes, source.size - at)));
      }
      let value = 0;
      for (let index = 0; index < 10; index += 1) {
        const byte = window[at - start + index];
        if (byte === undefined) break;
        value += (byte & 127) * 128 ** index;
        if (byte < 128) return { value, next: at + index + 1 };
      }
      throw new Unexpected('a number without an end');
    },
  };
}

async function collect(source: ByteSource, pieces: readonly Piece[]): Promise<Uint8Array> {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece instanceof Uint8Array ? piece : await source.read(piece.offset, piece.length), at);
    at += piece.length;
  }
  return bytes;
}

class Unexpected extends Error {}
