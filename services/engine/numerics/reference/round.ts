import { roundToBfloat16 } from '../bfloat16.ts';
import { roundToFloat16 } from '../float16.ts';

export function roundEachToBfloat16(values: Float32Array): void {
  values.set(values.map(roundToBfloat16));
}

export function roundEachToFloat16(values: Float32Array): void {
  values.set(values.map(roundToFloat16));
}
