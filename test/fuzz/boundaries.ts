/** Numbers at which readers go wrong: where a sign, a width or an exact double ends. */
export const boundaries: readonly bigint[] = [
  0n,
  1n,
  -1n,
  2n,
  127n,
  255n,
  -128n,
  2n ** 15n,
  2n ** 16n - 1n,
  2n ** 31n - 1n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 62n,
  2n ** 63n - 1n,
  2n ** 63n,
  -(2n ** 63n),
  2n ** 64n - 1n,
  10n ** 12n,
];

/** The low bytes of the number, little-endian. */
export function littleEndian(value: bigint, width: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return bytes.subarray(0, width);
}

/** Texts that some reader takes for something else. */
export const oddTexts: readonly string[] = [
  '',
  '__proto__',
  'constructor',
  'toString',
  '../../x',
  '/etc/passwd',
  'a\0b',
  'a\nb',
  '\ud800',
  '..',
  'state_dict',
  '_metadata',
  'weight',
  'x'.repeat(20_000),
  '\u202etxt.exe',
];
