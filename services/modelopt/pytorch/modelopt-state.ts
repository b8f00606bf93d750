import { dict, list, tuple } from '#engine/formats/pth/pickle/build.ts';
import type { PyDict } from '#engine/formats/pth/pickle/value.ts';
import { type Amax, type Quantizer, quantizerName } from './quantizer.ts';

/**
 * The `modelopt_state` of a file that `mto.restore` takes: one mode `quantize` with an empty config, since the
 * state of each quantizer decides anyway. Smaller than what `mto.save` writes and read by more versions of
 * ModelOpt. Every quantizer that ModelOpt inserts has to be here, and none else.
 */
export function modeloptState(quantizers: readonly Quantizer[], amaxOf: ReadonlyMap<string, Amax>): PyDict {
  const state = dict(
    quantizers.map((quantizer) => {
      const name = quantizerName(quantizer);
      return [name, quantizerState(quantizer, amaxOf.get(name))] as const;
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
    ['modelopt_state_dict', list(mode)],
    ['modelopt_version', modeloptVersion],
  ]);
}

const modeloptVersion = '0.47.0';

/** Attributes left out would take the reading version's defaults; `_if_quant` false would silently switch it off. */
function quantizerState({ isEnabled, axis }: Quantizer, amax: Amax | undefined): PyDict {
  const buffers = amax ? dict([['_amax', dict([['shape', tuple(...amax.shape)]])]]) : dict();
  return dict([
    ['_disabled', !isEnabled],
    ['_num_bits', 8],
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
        ['buffers', buffers],
      ]),
    ],
  ]);
}
