import type { Dtype } from '#engine/formats/dtype.ts';
import { call, dict, global, tuple } from '#engine/formats/pth/pickle/build.ts';
import type { PickleValue, PyCall } from '#engine/formats/pth/pickle/value.ts';

export type WrapperParts = {
  /** Of `torchao.quantization`. */
  readonly class: 'Int8Tensor' | 'Float8Tensor';
  readonly dtype: Dtype;
  readonly shape: readonly [number, number];
  /** Attributes in the order in which torchao sets them. */
  readonly state: readonly (readonly [string, PickleValue])[];
};

/**
 * A tensor subclass without data of its own, as torch pickles it: what it looks like from outside, and the tensors
 * inside as attributes. Loads with `weights_only=True` once torchao is imported.
 * Source: torch/_tensor.py `__reduce_ex__`.
 */
export function wrapperSubclass({ class: name, dtype, shape: [rows, cols], state }: WrapperParts): PyCall {
  const type = global('torchao.quantization', name);
  const wrapper = tuple(
    type,
    global('torch', dtype),
    tuple(rows, cols),
    tuple(Math.max(cols, 1), 1),
    0,
    call(names.layout, 'torch.strided'),
    call(names.device, 'cpu'),
    false,
  );
  return call(names.fromType, names.subclass, type, wrapper, dict(state));
}

const names = {
  layout: global('torch.serialization', '_get_layout'),
  device: global('torch', 'device'),
  fromType: global('torch._tensor', '_rebuild_from_type_v2'),
  subclass: global('torch._utils', '_rebuild_wrapper_subclass'),
};
