import * as kernels from '#engine/kernels/kernels.ts';
import { fakeQuantFactors } from '#engine/numerics/fake-quant-factors.ts';
import * as absmax from '#engine/numerics/reference/absmax.ts';
import * as dequantize from '#engine/numerics/reference/dequantize.ts';
import * as fakeQuantize from '#engine/numerics/reference/fake-quantize.ts';
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
