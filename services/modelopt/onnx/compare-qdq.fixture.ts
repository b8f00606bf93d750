import { float16ToNumber } from '#engine/numerics/float16.ts';
import type { Description, QdqPair } from './describe-qdq.fixture.ts';

/**
 * In what two descriptions differ, a line each. Scales of weights are equal bit for bit; those of activations come from
 * sums whose order another runtime may choose, so that they are equal within 1e-5, and in half precision within two
 * units in the last place.
 */
export function differences(expected: Description, got: Description): readonly string[] {
  const { pairs: theirs, betas, ...head } = expected;
  const ours = byRead(got.pairs);
  const known = byRead(theirs);
  return [
    ...Object.entries(head).flatMap(([key, value]) => differ(key, value, got[key as keyof typeof head])),
    ...Object.entries(got.betas).flatMap(([node, beta]) => differ(`beta of ${node}`, betas[node] ?? beta, beta)),
    ...[...ours.keys()].filter((read) => !known.has(read)).map((read) => `${read} reads a DequantizeLinear`),
    ...[...known].flatMap(([read, pair]) => {
      const own = ours.get(read);
      return own ? pairDiffers(read, pair, own) : [`${read} reads ${pair.tensor} in floating point`];
    }),
  ];
}

function byRead(pairs: readonly QdqPair[]): ReadonlyMap<string, QdqPair> {
  return new Map(pairs.flatMap((pair) => pair.reads.map((read) => [read, pair] as const)));
}

const compared = ['dtype', 'shape', 'zero', 'axis', 'weight', 'folded', 'lone'] as const;

function pairDiffers(read: string, expected: QdqPair, got: QdqPair): readonly string[] {
  return [
    ...compared.flatMap((key) => differ(`${key} of ${read}`, expected[key], got[key])),
    ...scaleDiffers(read, expected, got),
  ];
}

function scaleDiffers(read: string, expected: QdqPair, got: QdqPair): readonly string[] {
  const [theirs, ours] = [valuesOf(expected), valuesOf(got)];
  if (expected.weight || theirs.length !== ours.length) return differ(`scales of ${read}`, expected.scale, got.scale);
  const tolerance = expected.dtype === 'float' ? 1e-5 : 2e-3;
  return theirs.flatMap((scale, index) => {
    const own = ours[index] ?? Number.NaN;
    const close = scale === own || Math.abs(own - scale) <= tolerance * scale;
    return close ? [] : [`scale of ${read}: ${scale} expected, ${own} found`];
  });
}

function valuesOf({ scale, dtype }: QdqPair): readonly number[] {
  const digits = dtype === 'float' ? 8 : 4;
  if (typeof scale !== 'string') return Array.from({ length: scale.repeat }, () => numberOf(scale.value, dtype));
  return Array.from({ length: scale.length / digits }, (_, index) =>
    numberOf(scale.slice(index * digits, (index + 1) * digits), dtype),
  );
}

function numberOf(hex: string, dtype: string): number {
  if (dtype === 'float16') return float16ToNumber(Number.parseInt(hex, 16));
  return Buffer.from(hex.padEnd(8, '0'), 'hex').readFloatBE(0);
}

function differ(what: string, expected: unknown, got: unknown): readonly string[] {
  const [one, other] = [inOrder(expected), inOrder(got)];
  return one === other ? [] : [`${what}: ${cut(one)} expected, ${cut(other)} found`];
}

/** JSON with the keys of an object sorted. */
function inOrder(value: unknown): string | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return JSON.stringify(isObject ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value);
}

const cut = (text: string | undefined): string => (text ?? 'nothing').slice(0, 200);
