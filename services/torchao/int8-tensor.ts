import { list, tensor } from '#engine/formats/pth/pickle/build.ts';
import type { PyCall } from '#engine/formats/pth/pickle/value.ts';
import type { QuantizedWeight } from './quantized-weight.ts';
import { scaleShape } from './weight-block.ts';
import { wrapperSubclass } from './wrapper-subclass.ts';

/**
 * torchao's `Int8Tensor` as version 0.18.0 pickles it, with its nine attributes in their order; releases before have
 * eight. torchao 0.15 and later load it.
 * Source: torchao/quantization/quantize_/workflows/int8/int8_tensor.py.
 */
export function int8Tensor(weight: QuantizedWeight): PyCall {
  const { dtype, rows, cols, block, qdata, scale, zeroPoint, attributes } = weight;
  const scales = scaleShape(block, [rows, cols]);
  return wrapperSubclass({
    class: 'Int8Tensor',
    dtype,
    shape: [rows, cols],
    state: [
      ['qdata', tensor([rows, cols], qdata)],
      ['scale', tensor(scales, scale)],
      ['block_size', list(block.rows, block.cols)],
      ['zero_point', zeroPoint && tensor(scales, zeroPoint)],
      ['act_quant_kwargs', null],
      ['act_quant_scale', null],
      ['act_quant_zero_point', null],
      ['act_pre_scale', null],
      ...(attributes === 'torchao-0.18' ? ([['reduce_range', false]] as const) : []),
    ],
  });
}
