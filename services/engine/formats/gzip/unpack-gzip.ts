import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type ByteSource, corrupt, openByteSource, overLimit } from '../byte-source.ts';
import { limits } from '../limits.ts';

/**
 * The unpacked bytes, in a file among the temporary ones. While it grows it has a name, so that whoever watches the
 * folder sees it; then it has none, so that nothing is left however the process ends. Closing it gives the disk back.
 * Errors: CORRUPT_FILE; LIMIT_EXCEEDED for more bytes than `limits` allow.
 */
export async function unpackGzip(source: ByteSource): Promise<ByteSource> {
  const folder = await mkdtemp(join(tmpdir(), 'zeropoint-unpacked-'));
  try {
    const path = join(folder, 'unpacked');
    await pipeline(createReadStream(source.path), createGunzip(), bounded(source), createWriteStream(path));
    return await openByteSource(path, source.name);
  } catch (error) {
    const isZlib = error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
    throw isZlib ? corrupt(source, `cannot be unpacked (${error.message}).`) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function bounded(source: ByteSource): Transform {
  const most = Math.min(
    limits.gzipInflatedBytes,
    Math.max(limits.gzipFreeInflation, source.size * limits.gzipInflation),
  );
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, pass) {
      bytes += chunk.length;
      if (bytes <= most) pass(null, chunk);
      else pass(overLimit(source, `has ${source.size} bytes, which unpack to more than ${most}.`));
    },
  });
}
