import { dict, list, tuple } from '#engine/formats/pth/pickle/build.ts';
import type { PickleValue, PyDict } from '#engine/formats/pth/pickle/value.ts';
import { realQuantizeMode } from '../compressed/real-quantize-mode.ts';
import type { Release } from '../decide/quantizer-table.ts';
import { type Buffers, type NumberFormat, type Quantizer, quantizerName } from '../quantizer.ts';

export type StateContents = {
  readonly quantizers: readonly Quantizer[];
  /** By quantizer name; enabled quantizers that saw no data have none. */
  readonly buffersOf: ReadonlyMap<string, Buffers>;
  /** Modules that keep float weights where the others are packed; null: nothing is packed. */
  readonly unpacked: readonly string[] | null;
  /** The one that will restore the file. */
  readonly release: Release;
};

/**
 * The `modelopt_state` of a file that `mto.restore` takes: one mode `quantize` with an empty config, since the
 * state of each quantizer decides anyway. Smaller than what `mto.save` writes and read by more versions of
 * ModelOpt. Packed weights add a second mode. Every quantizer that ModelOpt inserts has to be here, and none else.
 */
export function modeloptState({ quantizers, buffersOf, unpacked, release }: StateContents): PyDict {
  const state = dict(
    quantizers.map((quantizer) => {
      const name = quantizerName(quantizer);
      return [name, quantizerState(quantizer, buffersOf.get(name) ?? {})] as const;
    }),
  );
  const mode = tuple(
    'quantize',
    dict([
      ['config', dict()],
      ['metadata', dict([['quantizer_state', state]])],
    ]),
  );
  return dict([
    ['modelopt_state_dict', list(mode, ...(unpacked ? [realQuantizeMode(unpacked)] : []))],
    ['modelopt_version', `${release}.0`],
  ]);
}

/** FP8 is said by its bits of exponent and mantissa; a list in place of the tuple fails at the first batch. */
const numBits: { readonly [Format in NumberFormat]: PickleValue } = { int8: 8, fp8_e4m3fn: tuple(4, 3) };

/** Attributes left out would take the reading version's defaults; `_if_quant` false would silently switch it off. */
function quantizerState({ isEnabled, format, axis }: Quantizer, buffers: Buffers): PyDict {
  const shapes = Object.entries(buffers).map(
    ([name, { shape }]) => [name, dict([['shape', tuple(...shape)]])] as const,
  );
  return dict([
    ['_disabled', !isEnabled],
    ['_num_bits', numBits[format]],
    ['_axis', axis],
    ['_unsigned', false],
    ['_narrow_range', false],
    ['_fake_quant', true],
    ['_if_quant', true],
    ['_if_calib', false],
    ['_dynamic', false],
    ['_block_sizes', null],
    [
      '_pytorch_state_metadata',
      dict([
        ['params', dict()],
        ['buffers', dict(shapes)],
      ]),
    ],
  ]);
}
