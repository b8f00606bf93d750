/**
 * The CRC-32 of A followed by B from the CRC-32 of each and the length of B in bytes: A's is multiplied by
 * x^(8 * length) modulo the polynomial, bits reflected. Source: zlib, crc32.c, `crc32_combine`.
 */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  return (multiply(powerOfX(secondBytes), first) ^ second) >>> 0;
}

/** The CRC-32 of so many zero bytes: those of the halves joined. */
export function crc32OfZeros(bytes: number): number {
  let crc = 0;
  let power = crc32OfOneZero;
  let length = 1;
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) crc = combineCrc32(crc, power, length);
    power = combineCrc32(power, power, length);
    length *= 2;
  }
  return crc;
}

const crc32OfOneZero = 0xd202ef8d;

const polynomial = 0xedb88320;
const one = 0x80000000;

/** a * b modulo the polynomial; bit 31 is x^0. */
function multiply(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let bit = one; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor;
    factor = factor & 1 ? (factor >>> 1) ^ polynomial : factor >>> 1;
  }
  return product >>> 0;
}

/** x^(8 * bytes). The squares of x^8 are made as they are needed and kept. */
function powerOfX(bytes: number): number {
  let power = one;
  for (let rest = bytes, i = 0; rest > 0; rest = Math.floor(rest / 2), i++) {
    if (rest % 2 === 1) power = multiply(square(i), power);
  }
  return power;
}

const squares = [one >>> 8];

function square(index: number): number {
  for (let i = squares.length; i <= index; i++) {
    const last = squares[i - 1] ?? 0;
    squares.push(multiply(last, last));
  }
  return squares[index] ?? 0;
}
