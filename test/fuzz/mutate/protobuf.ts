import { boundaries, oddTexts } from '../boundaries.ts';
import type { Random } from '../random.ts';
import type { Mutation } from './mutation.ts';

/** A field of a message: its key, and its value as it stands in the file, without the length of wire type 2. */
type Field = { readonly key: number; readonly wire: number; readonly value: Buffer };

/** Changes of one field somewhere in the tree; the lengths around it stay true. */
export const protobufMutations: readonly Mutation<Buffer>[] = [
  somewhere('drop a field', () => []),
  somewhere('repeat a field', (field, random) => Array.from({ length: random.pick([2, 2, 300]) }, () => field)),
  somewhere('another number of a field', (field, random) => [
    field.wire === 0
      ? { ...field, value: varint(random.pick(boundaries)) }
      : { ...field, key: random.pick([...Array(30).keys()]) + 1 },
  ]),
  somewhere('another wire type', (field, random) => [{ ...field, wire: random.below(8) }]),
  somewhere('another text', (field, random) => [{ ...field, value: Buffer.from(random.pick(oddTexts)) }]),
  somewhere('an empty field', (field) => [{ ...field, value: field.wire === 2 ? Buffer.alloc(0) : field.value }]),
  somewhere('nest deeply', (field, random) => [{ ...field, value: nested(field, random.pick([20, 200, 2_000])) }]),
];

function somewhere(name: string, change: (field: Field, random: Random) => readonly Field[]): Mutation<Buffer> {
  return { name, apply: (bytes, random) => descend(bytes, random, change) };
}

/** Goes down into a random field while it reads as a message, and changes one field there. */
function descend(bytes: Buffer, random: Random, change: (field: Field, random: Random) => readonly Field[]): Buffer {
  const fields = split(bytes);
  if (!fields || fields.length === 0) return bytes;
  const at = random.below(fields.length);
  const field = fields[at];
  if (!field) return bytes;
  const inner = field.wire === 2 && field.value.length > 1 ? split(field.value) : null;
  const deeper = inner !== null && random.chance(0.8);
  const by = deeper ? [{ ...field, value: descend(field.value, random, change) }] : change(field, random);
  return join([...fields.slice(0, at), ...by, ...fields.slice(at + 1)]);
}

function nested(field: Field, depth: number): Buffer {
  let value = field.value.subarray(0, 64);
  for (let level = 0; level < depth; level++) value = join([{ ...field, wire: 2, value }]);
  return value;
}

/** Null if the bytes are no message. */
function split(bytes: Buffer): readonly Field[] | null {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = readVarint(bytes, at);
    if (!tag || tag.value < 8n || tag.value > 8_000n) return null;
    const wire = Number(tag.value & 7n);
    const count = wire === 2 ? readVarint(bytes, tag.next) : null;
    if (wire === 2 && !count) return null;
    const begin = count ? count.next : tag.next;
    const end =
      wire === 0
        ? readVarint(bytes, begin)?.next
        : begin + ({ 1: 8, 5: 4 }[wire] ?? Number(count?.value ?? Number.NaN));
    if (end === undefined || !(end <= bytes.length)) return null;
    fields.push({ key: Number(tag.value >> 3n), wire, value: bytes.subarray(begin, end) });
    at = end;
  }
  return fields;
}

function join(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(({ key, wire, value }) => [
      varint(BigInt(key * 8 + wire)),
      ...(wire === 2 ? [varint(BigInt(value.length))] : []),
      value,
    ]),
  );
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let left = BigInt.asUintN(64, value); ; left >>= 7n) {
    bytes.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
    if (left <= 0x7fn) return Buffer.from(bytes);
  }
}

function readVarint(bytes: Buffer, start: number): { value: bigint; next: number } | null {
  let value = 0n;
  for (let at = start; at < bytes.length && at < start + 10; at++) {
    const byte = bytes[at] ?? 0;
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
    if (byte < 0x80) return { value, next: at + 1 };
  }
  return null;
}
