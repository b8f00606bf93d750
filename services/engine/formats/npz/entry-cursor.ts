import { type ByteSource, corrupt } from '../byte-source.ts';
import type { ZipEntry } from '../zip/archive.ts';
import { streamEntry } from '../zip/read-entry.ts';

/** Reads the unpacked bytes of a zip entry front to back, as many at a time as are asked for. */
export class EntryCursor {
  readonly #source: ByteSource;
  readonly #entry: ZipEntry;
  readonly #chunks: AsyncGenerator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  #position = 0;

  constructor(source: ByteSource, entry: ZipEntry) {
    this.#source = source;
    this.#entry = entry;
    this.#chunks = streamEntry(source, entry);
  }

  get position(): number {
    return this.#position;
  }

  async read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#position + length > this.#entry.bytes) {
      throw corrupt(
        this.#source,
        `ends inside “${this.#entry.name}”: ${length} bytes are needed at byte ${this.#position} of ${this.#entry.bytes}.`,
      );
    }
    const bytes = new Uint8Array(length);
    await this.#advance(length, (chunk, at) => bytes.set(chunk, at));
    return bytes;
  }

  skip(length: number): Promise<void> {
    return this.#advance(length, () => undefined);
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }

  async #advance(length: number, take: (chunk: Uint8Array, at: number) => void): Promise<void> {
    for (let done = 0; done < length; ) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done) throw corrupt(this.#source, `ends inside “${this.#entry.name}” at byte ${this.#position}.`);
        this.#rest = next.value;
      }
      const chunk = this.#rest.subarray(0, length - done);
      take(chunk, done);
      this.#rest = this.#rest.subarray(chunk.length);
      this.#position += chunk.length;
      done += chunk.length;
    }
  }
}
