import type { OnnxNode, OnnxTensor } from '../../formats/onnx/model.ts';
import { makeTensor } from '../../formats/onnx/tensor.ts';
import { type FakeQuantFactors, fakeFloat8Factors, fakeQuantFactors } from '../../numerics/fake-quant-factors.ts';
import type { InputFormat, InputQuantizer } from '../input-quantizer.ts';

export type FakeQuantNodes = {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  /** The rounded tensor. */
  readonly output: string;
};

type Rounding = Pick<InputQuantizer, 'format' | 'amax' | 'preScale'>;

/**
 * Nodes that round a tensor as ModelOpt's fake quantization does, to the bit:
 *
 *     int8: round(x · up) / down, clamped to [-128, 127]      up = down = 127 / amax
 *     fp8:  e4m3(x · up) · down, clamped to ±448              up = (1 / amax) · 448, down = 1 / up
 *
 * The pair in the middle has the scale 1: it rounds to even and clamps. A pair with the scale amax / 127 would divide
 * where ModelOpt multiplies, and round ties the other way. An amax up to 2^-24 gives zeros in int8 and is 1 in fp8.
 * FP8 pairs need opset 19.
 */
export function fakeQuantNodes(tensor: string, how: Rounding, freshName: (wish: string) => string): FakeQuantNodes {
  const { up, down, back, storage } = formats[how.format](how.amax);
  const name = (part: string) => freshName(`${tensor}/fake_quant/${part}`);
  const scaled = how.preScale ? name('smoothed') : tensor;
  const [stretched, quantized, dequantized, output] = [name('stretched'), name('q'), name('dq'), name('output')];
  const [upName, downName, one, zero] = [name('up'), name('down'), name('one'), name('zero')];
  const smooth = how.preScale ? floats(name('pre_quant_scale'), how.preScale, [how.preScale.length]) : null;
  const node = (op: string, inputs: readonly string[], made: string): OnnxNode => {
    return { name: made, op, domain: '', inputs, outputs: [made], attributes: [], rest: {} };
  };
  return {
    output,
    nodes: [
      ...(smooth ? [node('Mul', [tensor, smooth.name], scaled)] : []),
      node('Mul', [scaled, upName], stretched),
      node('QuantizeLinear', [stretched, one, zero], quantized),
      node('DequantizeLinear', [quantized, one, zero], dequantized),
      node(back, [dequantized, downName], output),
    ],
    constants: [
      ...(smooth ? [smooth] : []),
      floats(upName, Float32Array.of(up), []),
      floats(downName, Float32Array.of(down), []),
      floats(one, Float32Array.of(1), []),
      makeTensor({ name: zero, dtype: storage, shape: [] }, new Uint8Array(1)),
    ],
  };
}

type Steps = {
  readonly up: number;
  readonly down: number;
  readonly back: 'Mul' | 'Div';
  readonly storage: 'int8' | 'float8_e4m3fn';
};

const formats = {
  int8: (amax) => ({ ...first(fakeQuantFactors(Float32Array.of(amax))), back: 'Div', storage: 'int8' }),
  fp8_e4m3fn: (amax) => ({
    ...first(fakeFloat8Factors(Float32Array.of(amax))),
    back: 'Mul',
    storage: 'float8_e4m3fn',
  }),
} as const satisfies Record<InputFormat, (amax: number) => Steps>;

function first({ ups, downs }: Pick<FakeQuantFactors, 'ups' | 'downs'>): Pick<Steps, 'up' | 'down'> {
  return { up: ups[0] ?? 0, down: downs[0] ?? 1 };
}

function floats(name: string, values: Float32Array, shape: readonly number[]): OnnxTensor {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return makeTensor({ name, dtype: 'float32', shape }, bytes);
}
