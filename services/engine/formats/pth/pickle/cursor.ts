import { InputError } from '#contract/failure.ts';
import { limits } from '../../limits.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a pickle's bytes front to back; every length is held against the bytes that are left. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** What the user calls the file. */
  readonly name: string;
  #at = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.name = name;
  }

  get offset(): number {
    return this.#at;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  broken(what: string): InputError {
    return new InputError('CORRUPT_FILE', `The pickle of ${this.name} ${what} (byte ${this.#at}).`, {
      remedy: 'The file is damaged or was not written by torch.save: save it again.',
    });
  }

  tooMuch(what: string): InputError {
    return new InputError('LIMIT_EXCEEDED', `The pickle of ${this.name} ${what} (byte ${this.#at}).`, {
      remedy: 'Save only the weights: torch.save(model.state_dict(), path).',
    });
  }

  take(length: number): Uint8Array {
    const left = this.#bytes.length - this.#at;
    if (length < 0 || length > left) throw this.broken(`needs ${length} bytes where ${left} are left`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  /** A length or frame size; one that is no file's size becomes a length that `take` refuses. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true));
  }

  /** BINFLOAT is big-endian. */
  float64(): number {
    return this.#view.getFloat64(this.#skip(8), false);
  }

  utf8(length: number): string {
    const bytes = this.take(length);
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw this.broken(`has a text that is not UTF-8 (${cause instanceof Error ? cause.message : cause})`);
    }
  }

  /** Python 2's `str`: text if it is UTF-8, else one character a byte. */
  bytesAsText(length: number): string {
    const bytes = this.take(length);
    try {
      return utf8.decode(bytes);
    } catch {
      return Buffer.from(bytes).toString('latin1');
    }
  }

  /** A line of a text opcode, without its newline. */
  line(limit: number = limits.pickleGlobalBytes): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end === -1) throw this.broken('has a line that never ends');
    if (end - this.#at > limit) throw this.broken(`has a line of ${end - this.#at} bytes where ${limit} are allowed`);
    const text = this.utf8(end - this.#at);
    this.#at += 1;
    return text;
  }

  #skip(length: number): number {
    const left = this.#bytes.length - this.#at;
    if (length > left) throw this.broken(`needs ${length} bytes where ${left} are left`);
    this.#at += length;
    return this.#at - length;
  }
}
