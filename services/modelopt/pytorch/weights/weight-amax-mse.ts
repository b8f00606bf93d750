import { rowErrors } from '#engine/kernels/kernels.ts';
import { fakeFloat8Factors, fakeQuantFactors } from '#engine/numerics/fake-quant-factors.ts';
import { torchLinspace } from '#engine/numerics/torch-linspace.ts';
import type { Amax, NumberFormat } from '../quantizer.ts';

/** What `mse` tries: 1 is not among them. */
const multipliers = torchLinspace(0.25, 4, 39);

/**
 * ModelOpt's `mse`: of 39 multiples of the amax of each channel (or of the tensor), from a quarter to four times, the
 * first whose fake quantization has the least squared error. `amax` is that of `weightAmax`, along axis 0 or of the
 * whole. Squares are f32 as in ModelOpt; their sums are f64 where torch's are f32, so that the choice does not depend on
 * the processor.
 * Source: modelopt/torch/quantization/calib/mse.py, `MseCalibrator`.
 */
export function mseAmax(values: Float32Array, { values: largest, shape }: Amax, format: NumberFormat): Amax {
  const rows = largest.length;
  const best = new Float32Array(rows);
  const least = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  for (const multiplier of multipliers) {
    const candidates = largest.map((amax) => amax * multiplier);
    const matrix = { values, rows, cols: values.length / rows, format };
    const errors = rowErrors({ ...matrix, ...factorsOf[format](candidates) });
    for (const [row, error] of errors.entries()) {
      if (!(error < (least[row] ?? 0))) continue;
      least[row] = error;
      best[row] = candidates[row] ?? 0;
    }
  }
  return { values: best, shape };
}

const factorsOf = { int8: fakeQuantFactors, fp8_e4m3fn: fakeFloat8Factors } as const;
