import { type ByteSource, corrupt } from '../byte-source.ts';
import { readEntries, type TarFile } from './read-entries.ts';

/**
 * The files of a tar by name. Names are keys, nothing is unpacked; a name that stands twice refuses the archive, in
 * whatever case, as it does a zip. `most` bounds its headers.
 * Errors: those of `readEntries`.
 */
export async function openTar(source: ByteSource, most: number): Promise<ReadonlyMap<string, TarFile>> {
  const files = new Map<string, TarFile>();
  const seen = new Set<string>();
  for await (const { name, ...file } of readEntries(source, most)) {
    const before = seen.size;
    if (seen.add(name.toLowerCase()).size === before)
      throw corrupt(source, `has two tar entries named “${name}” (ignoring case).`);
    files.set(name, file);
  }
  return files;
}
