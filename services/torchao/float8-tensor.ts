import { call, global, list, tensor } from '#engine/formats/pth/pickle/build.ts';
import type { PyCall } from '#engine/formats/pth/pickle/value.ts';
import type { QuantizedWeight } from './quantized-weight.ts';
import { scaleShape } from './weight-block.ts';
import { wrapperSubclass } from './wrapper-subclass.ts';

/**
 * torchao's `Float8Tensor`, the same in every release since 0.13. The preference is pickled by its value: by its name,
 * as some versions of Python do it, `weights_only=True` refuses it.
 * Source: torchao/quantization/quantize_/workflows/float8/float8_tensor.py.
 */
export function float8Tensor({ dtype, rows, cols, block, qdata, scale }: QuantizedWeight): PyCall {
  return wrapperSubclass({
    class: 'Float8Tensor',
    dtype,
    shape: [rows, cols],
    state: [
      ['qdata', tensor([rows, cols], qdata)],
      ['scale', tensor(scaleShape(block, [rows, cols]), scale)],
      ['block_size', list(block.rows, block.cols)],
      ['mm_config', null],
      ['act_quant_kwargs', null],
      ['kernel_preference', call(preference, 'auto')],
    ],
  });
}

const preference = global('torchao.quantization.quantize_.common.kernel_preference', 'KernelPreference');
