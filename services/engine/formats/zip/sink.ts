import type { FileHandle } from 'node:fs/promises';

/** A file that is written front to back; small pieces go to disk together. */
export type Sink = { write(bytes: Uint8Array): Promise<void>; flush(): Promise<void> };

const LARGEST_HELD = 1 << 20;
/** One write(2) carries less than 2 GiB. */
const LARGEST_WRITE = 1 << 30;

export function createSink(file: FileHandle): Sink {
  const held = Buffer.alloc(LARGEST_HELD);
  let length = 0;
  const flush = async () => {
    await writeAll(file, held.subarray(0, length));
    length = 0;
  };
  return {
    flush,
    async write(bytes) {
      if (length + bytes.length > held.length) await flush();
      if (bytes.length > held.length) return writeAll(file, bytes);
      held.set(bytes, length);
      length += bytes.length;
    },
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, LARGEST_WRITE));
    done += bytesWritten;
  }
}
