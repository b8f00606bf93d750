import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { copyHashed } from './copy-hashed.ts';
import { assertKey } from './key.ts';
import { type ArtifactStore, MissingFileError, type StoredFile } from './store.ts';

/**
 * Keeps files in a folder of this machine: `files/` holds them under their keys, `digests/` what is known of
 * each, `incoming/` what is still being written. A file appears by one rename, after its bytes are on the disk.
 */
export function createLocalStore(folder: string): ArtifactStore {
  const at = (place: 'files' | 'digests', key: string) => join(folder, place, ...key.split('/'));

  async function put(key: string, body: Readable): Promise<StoredFile> {
    assertKey(key);
    const incoming = join(folder, 'incoming', randomUUID());
    await mkdir(dirname(incoming), { recursive: true });
    try {
      const written = await writeThrough(incoming, body);
      const file: StoredFile = { key, ...written };
      const present = await statFile(key);
      if (present) return sameOrRefused(present, file);
      await placeDigest(file);
      await place(incoming, at('files', key));
      return file;
    } finally {
      await rm(incoming, { force: true });
    }
  }

  async function placeDigest(file: StoredFile): Promise<void> {
    const path = at('digests', file.key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify({ bytes: file.bytes, sha256: file.sha256 }), { flush: true });
  }

  async function statFile(key: string): Promise<StoredFile | null> {
    assertKey(key);
    const bytes = await sizeOf(at('files', key));
    if (bytes === null) return null;
    const digest: unknown = JSON.parse(await readFile(at('digests', key), 'utf8'));
    const sha256 = sha256Of(digest);
    if (sha256 === null) throw new Error(`The digest of ${key} in the artifact store cannot be read`);
    return { key, bytes, sha256 };
  }

  return {
    put,
    stat: statFile,
    async get(key, range) {
      assertKey(key);
      const path = at('files', key);
      const bytes = await sizeOf(path);
      if (bytes === null) throw new MissingFileError(key);
      if (!range) return createReadStream(path);
      if (range.start < 0 || range.start > range.end || range.end >= bytes) {
        throw new RangeError(`Bytes ${range.start} to ${range.end} of ${key} were asked for; it has ${bytes} bytes`);
      }
      return createReadStream(path, range);
    },
    async copyTo(key, path, signal) {
      assertKey(key);
      const source = at('files', key);
      if ((await sizeOf(source)) === null) throw new MissingFileError(key);
      return { key, ...(await copyHashed(source, path, signal)) };
    },
    async removeAll(prefix) {
      assertKey(prefix);
      await rm(at('files', prefix), { recursive: true, force: true });
      await rm(at('digests', prefix), { recursive: true, force: true });
    },
  };
}

async function writeThrough(path: string, body: Readable): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      done(null, chunk);
    },
  });
  await pipeline(body, measure, createWriteStream(path, { flags: 'wx', flush: true }));
  return { bytes, sha256: hash.digest('hex') };
}

/** The rename, and the entry of the folder made durable. */
async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
  const folder = await open(dirname(to));
  await folder.sync().finally(() => folder.close());
}

/** A worker whose answer got lost writes the same bytes again; other bytes under the same key are a defect. */
function sameOrRefused(present: StoredFile, file: StoredFile): StoredFile {
  if (present.sha256 === file.sha256) return present;
  throw new Error(`${file.key} is in the artifact store already with other bytes; a file is never changed`);
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}

function sha256Of(digest: unknown): string | null {
  if (typeof digest !== 'object' || digest === null || !('sha256' in digest)) return null;
  return typeof digest.sha256 === 'string' ? digest.sha256 : null;
}
