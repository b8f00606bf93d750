import { type ByteSource, corrupt } from './byte-source.ts';
import { limits } from './limits.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The name of an archive's entry. Names are only looked up, never used as paths; the refused ones are those that other tools read differently. */
export function readEntryName(source: ByteSource, kind: 'zip' | 'tar', bytes: Uint8Array): string {
  if (bytes.length === 0 || bytes.length > limits.entryNameBytes)
    throw corrupt(source, `has a ${kind} entry whose name has ${bytes.length} bytes.`);
  let name: string;
  try {
    name = utf8.decode(bytes);
  } catch (cause) {
    throw corrupt(
      source,
      `has a ${kind} entry whose name is not UTF-8 (${cause instanceof Error ? cause.message : cause}).`,
    );
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (name.startsWith('/') || /[\\\u0000-\u001f]/.test(name) || name.split('/').includes('..')) {
    throw corrupt(source, `has a ${kind} entry named ${JSON.stringify(name)}, which leads out of the archive.`);
  }
  return name;
}
