import { InputError } from '#contract/failure.ts';
import { bfloat16ToNumber } from '../numerics/bfloat16.ts';
import { float16ToNumber } from '../numerics/float16.ts';
import { float8Max, type WeightDtype, weightDtypes } from '../numerics/weight-scheme.ts';
import type { WeightFacts } from './tasks.ts';

type Elements = {
  readonly weight: WeightFacts;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Which elements of `bytes` to look at. */
  readonly from: number;
  readonly length: number;
  /** Index in the weight of the first element of `bytes`. */
  readonly start: number;
};

/** Throws UNSUPPORTED for the first element that no scale can represent, naming tensor, place and value. */
export function refuseNotFinite({ weight, name, bytes, from, length, start }: Elements): never {
  const { dtype, cols } = weight;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const valueAt = (index: number) => readers[dtype](view, index * weightDtypes[dtype].bytes);
  let index = from;
  while (index < from + length - 1 && hasScale(valueAt(index), weight)) index++;
  const at = start + index;
  const place = `[${Math.floor(at / cols)}, ${at % cols}]`;
  throw new InputError('UNSUPPORTED', `${name} holds ${valueAt(index)} at ${place}, which no scale can represent`, {
    remedy: 'Repair the checkpoint, or name the layer in skip_names to leave it as it is.',
  });
}

/** Whether a scale can be made of max |x|: it is finite, and so is its scale in float32. */
export function hasScale(absmax: number, { scheme }: WeightFacts): boolean {
  const bound = scheme.dtype === 'int8' ? 1 : float8Max[scheme.dtype];
  return Number.isFinite(Math.fround(absmax / bound));
}

const readers = {
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
  bfloat16: (view, at) => bfloat16ToNumber(view.getUint16(at, true)),
  float16: (view, at) => float16ToNumber(view.getUint16(at, true)),
} as const satisfies Record<WeightDtype, (view: DataView, at: number) => number>;
