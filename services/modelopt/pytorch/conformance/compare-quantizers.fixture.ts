import type { ExpectedQuantizer } from '#kit/parity-net.ts';
import type { WrittenQuantizer, WrittenTensor } from './written-quantizers.fixture.ts';

export type Tolerance = {
  /** Input quantizers that the companion cannot show data of: they are expected without amax. */
  readonly hidden: ReadonlySet<string>;
  /** Relative, of what was measured in a forward pass. */
  readonly measured: number;
  /** Whether what is computed from the weights is measured too. */
  readonly weights: 'exact' | 'measured';
};

type Expected = { readonly [name: string]: ExpectedQuantizer };
type Written = ReadonlyMap<string, WrittenQuantizer>;

/** What a written file has otherwise than ModelOpt, in lines. Attributes of a disabled quantizer do not matter. */
export function quantizerDifferences(expected: Expected, written: Written, tolerance: Tolerance): string[] {
  const missing = Object.keys(expected).filter((name) => !written.has(name));
  const extra = [...written.keys()].filter((name) => !Object.hasOwn(expected, name));
  return [
    ...missing.map((name) => `${name} is missing`),
    ...extra.map((name) => `${name} is one too many`),
    ...Object.entries(expected).flatMap(([name, want]) => {
      const got = written.get(name);
      return got ? [...differencesOf(name, want, got, tolerance)] : [];
    }),
  ];
}

function* differencesOf(
  name: string,
  want: ExpectedQuantizer,
  got: WrittenQuantizer,
  tolerance: Tolerance,
): Generator<string> {
  if (got.isEnabled !== (want !== null)) yield `${name} is ${got.isEnabled ? 'enabled' : 'disabled'}`;
  const shapes = Object.fromEntries(Object.entries(got.tensors).map(([key, { shape }]) => [key, shape]));
  if (!same(shapes, got.buffers))
    yield `${name} announces ${JSON.stringify(got.buffers)} and has ${JSON.stringify(shapes)}`;
  if (want === null || !got.isEnabled) return;
  if (!same(got.numBits, want.numBits)) yield `${name} has ${got.numBits} bits, not ${want.numBits}`;
  if (got.axis !== want.axis) yield `${name} has the axis ${got.axis}, not ${want.axis}`;
  for (const [buffer, tensor] of [
    ['_amax', tolerance.hidden.has(name) ? undefined : want.amax],
    ['_pre_quant_scale', want.preQuantScale],
  ] as const) {
    const mine = got.tensors[buffer];
    if (!tensor !== !mine) yield `${name} has ${mine ? 'a' : 'no'} ${buffer}`;
    else if (tensor && mine && !same(mine.shape, tensor.shape))
      yield `${name}.${buffer} has the shape [${mine.shape}], not [${tensor.shape}]`;
    else if (tensor && mine) {
      const isExact = name.endsWith('weight_quantizer') && tolerance.weights === 'exact';
      const worst = largestRelative(mine, floats(tensor.bytes));
      if (worst > (isExact ? 0 : tolerance.measured)) yield `${name}.${buffer} is off by ${worst.toExponential(2)}`;
    }
  }
}

/** How many of the amax that were measured agree within last bits of a forward pass, and how many there are. */
export function countNear(expected: Expected, written: Written, tolerance: number): { near: number; all: number } {
  const pairs = Object.entries(expected).flatMap(([name, want]) => {
    const mine = written.get(name)?.tensors._amax;
    return want?.amax && mine && name.endsWith('input_quantizer') ? [{ mine, theirs: floats(want.amax.bytes) }] : [];
  });
  return {
    near: pairs.filter(({ mine, theirs }) => largestRelative(mine, theirs) <= tolerance).length,
    all: pairs.length,
  };
}

function largestRelative({ values }: WrittenTensor, expected: Float32Array): number {
  return values.reduce((worst, value, i) => {
    const want = expected[i] ?? Number.NaN;
    if (value === want) return worst;
    const off = Math.abs(value - want) / Math.abs(want);
    return Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(worst, off);
  }, 0);
}

const floats = (bytes: string): Float32Array => new Float32Array(Uint8Array.from(Buffer.from(bytes, 'hex')).buffer);

const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

const canonical = (value: unknown): string =>
  JSON.stringify(
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value).sort() : value,
  );
