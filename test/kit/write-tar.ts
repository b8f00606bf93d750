export type TarPart = {
  readonly name: string;
  readonly content?: Uint8Array | string;
  /** '0' is a file. */
  readonly type?: string;
  /** Where it does not tell the truth. */
  readonly size?: number;
};

/** The bytes of a tar (POSIX ustar). For tests that need odd ones. */
export function writeTar(parts: readonly TarPart[]): Buffer {
  return Buffer.concat([...parts.flatMap(entryOf), Buffer.alloc(1024)]);
}

function entryOf({ name, content = '', type = '0', size }: TarPart): Buffer[] {
  const data = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name);
  header.write('0000644\0', 100);
  header.write(`${(size ?? data.length).toString(8).padStart(11, '0')}\0`, 124);
  header.write(' '.repeat(8), 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
}

/** What POSIX puts before an entry to say more of it. */
export function paxHeader(key: string, value: string): TarPart {
  const record = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(record);
  while (String(length).length + Buffer.byteLength(record) !== length)
    length = String(length).length + Buffer.byteLength(record);
  return { name: 'pax', type: 'x', content: `${length}${record}` };
}
