import { InputError } from '#contract/failure.ts';

/** Why bytes that the protobuf reader refused are no model, with the byte where that shows. */
export function undecodable(bytes: Uint8Array, name: string, cause: unknown): InputError {
  const flaw = findFlaw(bytes);
  return new InputError('NOT_A_MODEL', `${name} (${bytes.length} bytes) ${says(flaw, bytes.length, cause)}.`, {
    remedy: remedies[flaw.kind],
    cause,
  });
}

type Flaw =
  /** No field of a model begins here. */
  | { readonly kind: 'foreign'; readonly at: number }
  | { readonly kind: 'cut'; readonly field: string; readonly end: number }
  /** All fields end where they should; one of them cannot be read. */
  | { readonly kind: 'inner' };

const remedies = {
  foreign: 'Export the network with torch.onnx.export, and give that file.',
  cut: 'Copy or download the file again, or export the network again.',
  inner: 'Copy or download the file again, or export the network again.',
} as const satisfies Record<Flaw['kind'], string>;

function says(flaw: Flaw, size: number, cause: unknown): string {
  switch (flaw.kind) {
    case 'foreign':
      return flaw.at === 0
        ? 'is not an ONNX model: its bytes are not protobuf, from byte 0 on'
        : `is not an ONNX model, or a damaged one: at byte ${flaw.at} begins nothing that belongs to one`;
    case 'cut':
      return `is cut off: its field ${flaw.field} ends at byte ${flaw.end}, the file has ${size}`;
    case 'inner':
      return `is damaged: its fields are those of an ONNX model, and what is in them cannot be read${position(cause)}`;
  }
}

/** Where the reader stopped, if it says so. */
function position(cause: unknown): string {
  const offset = cause instanceof Error ? /offset (\d+)/.exec(cause.message)?.[1] : undefined;
  return offset === undefined ? '' : ` (at byte ${offset})`;
}

/** The members of ModelProto (onnx.proto3) by number: the wire type is a varint's for those of `numbers`, else that of bytes. */
const members: ReadonlyMap<number, string> = new Map([
  [1, 'ir_version'],
  [2, 'producer_name'],
  [3, 'producer_version'],
  [4, 'domain'],
  [5, 'model_version'],
  [6, 'doc_string'],
  [7, 'graph'],
  [8, 'opset_import'],
  [14, 'metadata_props'],
  [20, 'training_info'],
  [25, 'functions'],
  [26, 'configuration'],
]);
const numbers: ReadonlySet<number> = new Set([1, 5]);

function findFlaw(bytes: Uint8Array): Flaw {
  for (let at = 0; at < bytes.length; ) {
    const tag = varint(bytes, at);
    const field = tag && members.get(Math.floor(tag.value / 8));
    if (!field || tag.value % 8 !== (numbers.has(Math.floor(tag.value / 8)) ? 0 : 2)) return { kind: 'foreign', at };
    const payload = varint(bytes, tag.next);
    if (!payload) return { kind: 'cut', field, end: tag.next + 1 };
    const end = tag.value % 8 === 0 ? payload.next : payload.next + payload.value;
    // A text may begin like a field; a length that the file is nowhere near is not one.
    if (end > bytes.length) return at === 0 ? { kind: 'foreign', at } : { kind: 'cut', field, end };
    at = end;
  }
  return { kind: 'inner' };
}

function varint(bytes: Uint8Array, start: number): { readonly value: number; readonly next: number } | null {
  let value = 0;
  for (let at = start; at < bytes.length && at < start + 10; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 127) * 128 ** (at - start);
    if (byte < 128) return { value, next: at + 1 };
  }
  return null;
}
