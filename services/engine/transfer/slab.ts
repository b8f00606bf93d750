import { instantiate } from '../kernels/instantiate.ts';
import { torchaoFloat8Scale } from '../numerics/torchao-float8-scale.ts';
import { float8Max, type WeightDtype, type WeightScheme } from '../numerics/weight-scheme.ts';
import { encoderOf, kernelsOf } from './encoders.ts';

const page = 65_536;
/** What is read at once: with what is made of it, it stays in a second-level cache. */
export const slabBytes = 4 * page;
/** Blocks whose scales fit their region. */
export const slabBlocks = page / 4;

/** Addresses; the first page stays empty so that address 0 is never data. */
const absmaxAt = page;
const scalesAt = absmaxAt + 8 * slabBlocks;
const inputAt = scalesAt + 4 * slabBlocks;
const outputAt = inputAt + slabBytes;
const pages = (outputAt + slabBytes / 2) / page;

/** Blocks in the input: so many of so many weights each. */
export type SlabBlocks = {
  readonly dtype: WeightDtype;
  readonly scheme: WeightScheme;
  readonly blocks: number;
  readonly length: number;
};

type Maxima = Float32Array | Float64Array;

/** The memory of one thread: weights are read into `input`, and the kernels go over them there. */
export type Slab = {
  readonly input: Uint8Array;
  /** One for each block, from `makeScales`; may be changed before `encode`. */
  readonly scales: Float32Array;
  /** max |x| of each block, in float64 where the weights are. NaN propagates. */
  absmax(blocks: SlabBlocks): Maxima;
  /** Makes `scales` from maxima; returns how many of them are not finite, or 0 (FP8). */
  makeScales(blocks: SlabBlocks, maxima: Maxima): number;
  /** A code for each weight of the input, by `scales`. */
  encode(blocks: SlabBlocks): Uint8Array;
};

export function createSlab(module: WebAssembly.Module): Slab {
  const { exports, memory } = instantiate(module, pages);
  const scales = new Float32Array(memory, scalesAt, slabBlocks);
  const maxima = new Float32Array(memory, absmaxAt, slabBlocks);
  const wideMaxima = new Float64Array(memory, absmaxAt, slabBlocks);
  const output = new Uint8Array(memory, outputAt, slabBytes / 2);
  return {
    input: new Uint8Array(memory, inputAt, slabBytes),
    scales,
    absmax({ dtype, blocks, length }) {
      exports[kernelsOf[dtype].absmax](inputAt, blocks, length, absmaxAt);
      return (dtype === 'float64' ? wideMaxima : maxima).subarray(0, blocks);
    },
    makeScales({ dtype, scheme: { dtype: format }, blocks }, given) {
      const { code } = kernelsOf[dtype];
      if (code === null) return makeWideScales(scales, given, format);
      if (given.buffer !== memory) maxima.set(given);
      if (format === 'int8') return exports.int8Scales(absmaxAt, blocks, code, scalesAt);
      return exports.float8Scales(absmaxAt, blocks, code, float8Max[format], scalesAt);
    },
    encode({ dtype, scheme, blocks, length }) {
      exports[encoderOf(dtype, scheme)](inputAt, blocks, length, scalesAt, outputAt);
      return output.subarray(0, blocks * length);
    },
  };
}

/** For float64, which is rare enough to need no kernel. */
function makeWideScales(scales: Float32Array, maxima: Maxima, format: WeightScheme['dtype']): number {
  if (format === 'int8') throw new Error('torchao makes no int8 of float64');
  let unusual = 0;
  for (const [i, absmax] of maxima.entries()) {
    const scale = torchaoFloat8Scale(absmax, 'float64', format);
    scales[i] = scale;
    if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) unusual++;
  }
  return unusual;
}
