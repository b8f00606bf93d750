import * as kernels from '#engine/kernels/kernels.ts';
import { entropyThreshold } from '#engine/numerics/calibration/entropy-threshold.ts';
import { precisions } from '#engine/numerics/calibration/precision.ts';
import { addBatch } from '#engine/numerics/calibration/signed-histogram.ts';
import { uniformBins } from '#engine/numerics/calibration/uniform-bins.ts';
import { fakeQuantFactors } from '#engine/numerics/fake-quant-factors.ts';
import * as absmax from '#engine/numerics/reference/absmax.ts';
import * as dequantize from '#engine/numerics/reference/dequantize.ts';
import * as divergence from '#engine/numerics/reference/divergence.ts';
import * as fakeQuantize from '#engine/numerics/reference/fake-quantize.ts';
import * as histogram from '#engine/numerics/reference/histogram.ts';
import * as errors from '#engine/numerics/reference/quantization-errors.ts';
import * as quantize from '#engine/numerics/reference/quantize.ts';
import * as range from '#engine/numerics/reference/range.ts';
import * as round from '#engine/numerics/reference/round.ts';
import * as widen from '#engine/numerics/reference/widen.ts';
import { type Figure, figuresOf } from './figure.ts';
import { inProcess, interleave } from './measure.ts';

const rows = 512;
const cols = 2048;
const values = Float32Array.from({ length: rows * cols }, (_, i) => Math.sin(i * 12.9898));
const scales = absmax.rowAbsmax(values, rows, cols).map((x) => x / 127);
const matrix = { values, rows, cols, scales };
const codes = new Uint8Array(quantize.quantizeRowsByDivision(matrix).buffer);
const quantized = { ...matrix, values: codes };
const faked = { ...matrix, ...fakeQuantFactors(scales.map((x) => x * 127)) };
const halves = Uint16Array.from(values, (_, i) => (i * 40_503) & 0xffff);
const bins = uniformBins(1, 2048, precisions.float32);
if (!bins) throw new Error('2048 bins over [-1, 1] are no problem in float32');
const counts = Float64Array.from(kernels.magnitudeHistogram(values, 2048, 2048));
const candidates = {
  mode: 'int8',
  scales: Float32Array.from({ length: 32 }, (_, i) => 2048 / 127 / (1 + i / 8)),
} as const;

/** A histogram that has grown to so many bins: the first batch is that much smaller than the second. */
function grown(count: number) {
  const first = values.map((x) => (x * 128) / count);
  return addBatch(addBatch(null, first, precisions.float32), values, precisions.float32);
}
const search = (count: number) => {
  const sample = grown(count);
  return {
    name: `threshold of entropy over ${count.toLocaleString('en')} bins`,
    wasm: () => entropyThreshold(sample, precisions.float32),
    pure: () => entropyThreshold(sample, precisions.float32, divergence.divergence),
  };
};

const pairs = [
  {
    name: 'rowAbsmax',
    wasm: () => kernels.rowAbsmax(values, rows, cols),
    pure: () => absmax.rowAbsmax(values, rows, cols),
  },
  {
    name: 'columnAbsmax',
    wasm: () => kernels.columnAbsmax(values, rows, cols),
    pure: () => absmax.columnAbsmax(values, rows, cols),
  },
  {
    name: 'rowRange',
    wasm: () => kernels.rowRange(values, rows, cols),
    pure: () => range.rowRange(values, rows, cols),
  },
  {
    name: 'quantizeRowsByDivision',
    wasm: () => kernels.quantizeRowsByDivision(matrix),
    pure: () => quantize.quantizeRowsByDivision(matrix),
  },
  ...(['int8', 'fp8_e4m3fn', 'fp8_e5m2'] as const).map((format) => ({
    name: `dequantizeRows ${format}`,
    wasm: () => kernels.dequantizeRows({ ...quantized, format }),
    pure: () => dequantize.dequantizeRows({ ...quantized, format }),
  })),
  {
    name: 'fakeQuantizeRows',
    wasm: () => kernels.fakeQuantizeRows(faked),
    pure: () => fakeQuantize.fakeQuantizeRows(faked),
  },
  {
    name: 'uniformHistogram',
    wasm: () => kernels.uniformHistogram(values, bins),
    pure: () => histogram.uniformHistogram(values, bins),
  },
  {
    name: 'magnitudeHistogram',
    wasm: () => kernels.magnitudeHistogram(values, 2048, 1024),
    pure: () => histogram.magnitudeHistogram(values, 2048, 1024),
  },
  {
    name: 'quantizationErrors',
    wasm: () => kernels.quantizationErrors(counts, candidates),
    pure: () => errors.quantizationErrors(counts, candidates),
  },
  search(2048),
  search(10_000),
  {
    name: 'roundEachToBfloat16',
    wasm: () => kernels.roundEachToBfloat16(Float32Array.from(values)),
    pure: () => round.roundEachToBfloat16(Float32Array.from(values)),
  },
  {
    name: 'roundEachToFloat16',
    wasm: () => kernels.roundEachToFloat16(Float32Array.from(values)),
    pure: () => round.roundEachToFloat16(Float32Array.from(values)),
  },
  { name: 'widenBfloat16', wasm: () => kernels.widenBfloat16(halves), pure: () => widen.widenBfloat16(halves) },
  { name: 'widenFloat16', wasm: () => kernels.widenFloat16(halves), pure: () => widen.widenFloat16(halves) },
] as const;

/** Every kernel against its pure reference, on one matrix [512, 2048]. */
export async function kernelFigures(rounds: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { name, wasm, pure } of pairs) {
    const [ours, theirs] = await interleave([inProcess('WebAssembly', wasm), inProcess('reference', pure)], rounds);
    figures.push(...figuresOf({ name: `kernel ${name}`, ours: ours!, against: 'in JavaScript', theirs: theirs! }));
  }
  return figures;
}
