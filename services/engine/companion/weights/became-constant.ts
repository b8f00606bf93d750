import { elementCount } from '../../formats/element-count.ts';
import type { OnnxTensor } from '../../formats/onnx/model.ts';
import type { Mismatch } from '../mismatch.ts';
import { largestDifference, transposed } from './compare-weights.ts';
import { isCopy, type StoredWeight, storedWeight } from './stored-weight.ts';
import type { ShapedWeight } from './weight-transformation.ts';

/**
 * Whether a tensor of the checkpoint may have become a constant of this shape: reshaped, turned round, or some of its
 * rows (what an attention makes of its `in_proj_weight`), as they stand or turned round.
 */
export function mayBecome(shape: readonly number[], constant: readonly number[]): boolean {
  return elementCount(shape) === elementCount(constant) || rowsOf(shape, constant) !== null;
}

/** Bit for bit, or rounded as converters round. Shapes have to fit as `mayBecome` has it. */
export function becameConstant({ values, shape }: ShapedWeight, constant: OnnxTensor): boolean {
  const stored = storedWeight(constant);
  const size = stored.values.length;
  const step = rowsOf(shape, constant.shape)?.step ?? values.length;
  for (let start = 0; start + size <= values.length; start += step) {
    if (isEitherWay(values.subarray(start, start + size), { constant, stored })) return true;
  }
  return false;
}

type Place = { readonly constant: OnnxTensor; readonly stored: StoredWeight };

function isEitherWay(block: Float32Array, { constant, stored }: Place): boolean {
  if (isCopy(block, stored)) return true;
  const [rows, columns, ...more] = withoutOnes(constant.shape);
  if (rows === undefined || columns === undefined || more.length > 0) return false;
  return isCopy(transposed(block, columns, rows), stored);
}

/** How far a tensor is from the constant of its name, which it should be. */
export function differenceFrom({ values, shape }: ShapedWeight, constant: OnnxTensor): Mismatch['difference'] {
  const stored = storedWeight(constant).values;
  if (stored.length !== values.length) return 'shape';
  const [rows = 0, columns = 0] = shape;
  const isTurned = shape.length === 2 && rows !== columns && constant.shape.join() === shape.toReversed().join();
  return largestDifference(isTurned ? transposed(values, rows, columns) : values, stored);
}

/** Where some rows of a vector or matrix may begin, in elements from one such place to the next; null: they fit nowhere. */
function rowsOf(shape: readonly number[], constant: readonly number[]): { readonly step: number } | null {
  const [rows = 0, columns = 1, ...more] = shape;
  const block = withoutOnes(constant);
  if (more.length > 0 || block.length > shape.length) return null;
  const heights = columns === 1 ? block.slice(0, 1) : block.filter((_, axis) => block[1 - axis] === columns);
  const height = heights.find((size) => size > 0 && size < rows);
  return height === undefined ? null : { step: greatestCommonDivisor(rows, height) * columns };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

const withoutOnes = (shape: readonly number[]): readonly number[] => shape.filter((size) => size !== 1);
