/** Longer texts are encoded by Node; a call into it costs more than a few dozen characters do. */
const SHORT_TEXT = 64;

/** Bytes that grow. */
export class ByteWriter {
  #bytes = Buffer.alloc(1 << 12);
  #length = 0;

  uint8(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  uint16(value: number): void {
    const at = this.#reserve(2);
    this.#bytes.writeUInt16LE(value, at);
  }

  uint32(value: number): void {
    const at = this.#reserve(4);
    this.#bytes.writeUInt32LE(value, at);
  }

  int32(value: number): void {
    const at = this.#reserve(4);
    this.#bytes.writeInt32LE(value, at);
  }

  /** BINFLOAT is big-endian. */
  float64(value: number): void {
    const at = this.#reserve(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  bytes(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  text(value: string): void {
    if (!this.#ascii(value)) this.bytes(Buffer.from(value));
  }

  /** Its length in four bytes, then the text. */
  sizedText(value: string): void {
    this.uint32(value.length);
    if (this.#ascii(value)) return;
    const encoded = Buffer.from(value);
    this.#bytes.writeUInt32LE(encoded.length, this.#length - 4);
    this.bytes(encoded);
  }

  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes a short text of ASCII characters; any other it leaves alone. */
  #ascii(value: string): boolean {
    if (value.length > SHORT_TEXT) return false;
    const at = this.#reserve(value.length);
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) {
        this.#length = at;
        return false;
      }
      this.#bytes[at + index] = code;
    }
    return true;
  }

  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#length));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    return at;
  }
}
