import { InputError } from '#contract/failure.ts';
import type { NamedStorage } from '#engine/formats/safetensors/place-safetensors.ts';
import type { Entry } from './entry.ts';
import type { QuantizedWeight } from './quantized-weight.ts';
import { scaleShape } from './weight-block.ts';

export type FlatTensors = {
  readonly tensors: readonly NamedStorage[];
  readonly metadata: ReadonlyMap<string, string>;
};

/**
 * Quantized weights as plain tensors, in the layout that torchao's loader puts together again: `fc.weight` becomes
 * `fc._weight_qdata` and `fc._weight_scale`, and the metadata say what else its class needs.
 * Names without a dot are not listed there: the loader would fail on them; it returns what is not listed as left over.
 * Errors: UNSUPPORTED where a tensor has the name of such a part already.
 * Source: torchao/prototype/safetensors/safetensors_support.py, `flatten_tensor_state_dict`.
 */
export function flatTensors(entries: readonly Entry[]): FlatTensors {
  const listed = entries.filter(({ name }) => name.includes('.'));
  const tensors = entries.flatMap(flatten);
  refuseTwins(tensors);
  return {
    tensors,
    metadata: new Map([
      ...listed.map((entry) => [entry.name, JSON.stringify(description(entry))] as const),
      ['tensor_names', JSON.stringify(listed.map(({ name }) => name))],
    ]),
  };
}

/** A tensor of the checkpoint may have the very name that a part of a weight gets. */
function refuseTwins(tensors: readonly NamedStorage[]): void {
  const seen = new Set<string>();
  for (const { name } of tensors) {
    if (seen.has(name))
      throw new InputError('UNSUPPORTED', `The .safetensors would have two tensors of the name “${name}”`, {
        remedy: 'Write a .pth instead: output_format pth.',
      });
    seen.add(name);
  }
}

function flatten(entry: Entry): readonly NamedStorage[] {
  if (entry.kind === 'plain') return [{ name: entry.name, ...entry.tensor }];
  const { rows, cols, block, qdata, scale, zeroPoint } = entry.weight;
  const shape = scaleShape(block, [rows, cols]);
  const at = entry.name.lastIndexOf('.');
  const prefix = `${entry.name.slice(0, at)}._${entry.name.slice(at + 1)}`;
  return [
    { name: `${prefix}_qdata`, shape: [rows, cols], storage: qdata },
    { name: `${prefix}_scale`, shape, storage: scale },
    ...(zeroPoint ? [{ name: `${prefix}_zero_point`, shape, storage: zeroPoint }] : []),
  ];
}

function description(entry: Entry): object {
  if (entry.kind === 'plain') return { _type: 'Tensor' };
  const { weight } = entry;
  return weight.kind === 'int8' ? int8Description(weight) : float8Description(weight);
}

function int8Description({ dtype, block, attributes }: QuantizedWeight): object {
  return {
    _type: 'Int8Tensor',
    _data: {
      act_quant_kwargs: null,
      ...(attributes === 'torchao-0.18' ? { reduce_range: false } : {}),
      block_size: [block.rows, block.cols],
      dtype: { _type: 'torch.dtype', _data: dtype },
    },
    _tensor_data_names: ['zero_point', 'qdata', 'scale'],
  };
}

function float8Description({ dtype, block }: QuantizedWeight): object {
  return {
    _type: 'Float8Tensor',
    _data: {
      block_size: [block.rows, block.cols],
      mm_config: null,
      act_quant_kwargs: null,
      kernel_preference: { _type: 'KernelPreference', _data: 'AUTO' },
      dtype: { _type: 'torch.dtype', _data: dtype },
    },
    _tensor_data_names: ['qdata', 'scale'],
  };
}
