import type { Answers } from './answers.fixture.ts';

/** What three models answer to the same samples: the float one, ModelOpt's and ours. */
export type Compared = { readonly float: Answers; readonly theirs: Answers; readonly ours: Answers };

/**
 * In what our outputs differ from those of ModelOpt's model, a line each. Both are to be equal within one step of eight
 * bits over the range of the output: sums in another order may round a value that lies between two codes to the other.
 */
export function answersDiffer({ theirs, ours }: Pick<Compared, 'theirs' | 'ours'>): readonly string[] {
  return [...theirs].flatMap(([output, real]) => {
    const own = ours.get(output) ?? [];
    if (own.length !== real.length) return [`${output}: ${real.length} values expected, ${own.length} found`];
    const step = real.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    const off = real.filter((value, i) => !(Math.abs(value - (own[i] ?? Number.NaN)) <= step));
    return off.length === 0 ? [] : [`${output}: ${off.length} values are further than ${step} from ModelOpt's`];
  });
}

/** Where the noise of our model, against the float one, is more than that of ModelOpt's by so many decibels, a line each. */
export function noiseDiffers({ float, theirs, ours }: Compared, allowed = 0.1): readonly string[] {
  return [...theirs].flatMap(([output, real]) => {
    const original = float.get(output) ?? [];
    const [other, own] = [decibels(original, real), decibels(original, ours.get(output) ?? [])];
    return own >= other - allowed ? [] : [`${output}: ${own.toFixed(2)} dB, and ModelOpt's has ${other.toFixed(2)}`];
  });
}

/** Where nothing that matters is quantized: what is left is the rounding of float32. */
const most = 100;

/** Signal over quantization noise. */
function decibels(float: readonly number[], quantized: readonly number[]): number {
  const power = float.reduce((sum, value) => sum + value ** 2, 0);
  const noise = float.reduce((sum, value, i) => sum + (value - (quantized[i] ?? Number.NaN)) ** 2, 0);
  return noise === 0 ? most : Math.min(most, 10 * Math.log10(power / noise));
}
