import type { Dtype } from '#engine/formats/dtype.ts';
import type { PickleValue, PyDict, PyGlobal, PyTensor, TensorStorage } from '#engine/formats/pth/pickle/value.ts';

export type Int8TensorParts = {
  /** Dtype of the weight that was quantized; torch shows it as the tensor's own. */
  readonly dtype: Dtype;
  readonly rows: number;
  readonly cols: number;
  /** int8 [rows, cols] */
  readonly qdata: TensorStorage;
  /** float32 [rows, 1] */
  readonly scale: TensorStorage;
};

/**
 * torchao's `Int8Tensor` as version 0.18.0 pickles it: a wrapper subclass with its nine attributes, in their
 * order, one scale a row. torchao 0.15 and later load it with `weights_only=True`.
 * Source: torch/_tensor.py `__reduce_ex__`, torchao/quantization/quantize_/workflows/int8/int8_tensor.py.
 */
export function int8Tensor({ dtype, rows, cols, qdata, scale }: Int8TensorParts): PickleValue {
  const state = dict({
    qdata: tensor([rows, cols], qdata),
    scale: tensor([rows, 1], scale),
    block_size: { kind: 'list', items: [1, cols] },
    zero_point: tensor([rows, 1], zeros(rows)),
    act_quant_kwargs: null,
    act_quant_scale: null,
    act_quant_zero_point: null,
    act_pre_scale: null,
    reduce_range: false,
  });
  const wrapper = [
    int8TensorClass,
    global('torch', dtype),
    tuple(rows, cols),
    tuple(cols, 1),
    0,
    { kind: 'call', callee: global('torch.serialization', '_get_layout'), args: ['torch.strided'] },
    { kind: 'call', callee: global('torch', 'device'), args: ['cpu'] },
    false,
  ] as const satisfies readonly PickleValue[];
  return {
    kind: 'call',
    callee: global('torch._tensor', '_rebuild_from_type_v2'),
    args: [global('torch._utils', '_rebuild_wrapper_subclass'), int8TensorClass, tuple(...wrapper), state],
  };
}

const int8TensorClass = global('torchao.quantization', 'Int8Tensor');

function zeros(length: number): TensorStorage {
  return { dtype: 'int8', length, bytes: async () => new Uint8Array(length) };
}

function global(module: string, name: string): PyGlobal {
  return { kind: 'global', module, name };
}

function tuple(...items: readonly PickleValue[]): PickleValue {
  return { kind: 'tuple', items };
}

function tensor(shape: readonly number[], storage: TensorStorage): PyTensor {
  return { kind: 'tensor', shape, storage };
}

function dict(entries: Readonly<Record<string, PickleValue>>): PyDict {
  return { kind: 'dict', entries: Object.entries(entries) };
}
