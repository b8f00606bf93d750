/** Field numbers of onnx.proto on the way to the bytes of a weight. */
export const fields = { graph: 7, initializer: 5, rawData: 9 } as const;

/** What stands before a field of `length` bytes: its number with the wire type of such fields, and the length. */
export function messageHead(field: number, length: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8 + 2), ...varint(length)]);
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
