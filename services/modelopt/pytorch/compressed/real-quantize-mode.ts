import { dict, tuple } from '#engine/formats/pth/pickle/build.ts';
import type { PyTuple } from '#engine/formats/pth/pickle/value.ts';

/**
 * The mode that `mtq.compress` adds. With an empty `q_tensor_state` restoring packs the network's own weights first,
 * which gives them the shapes, dtypes and buffers that the state dict then fills; what `mto.save` writes there are
 * classes of ModelOpt, and `torch.load(weights_only=True)` refuses those. Patterns name quantizers; the last that
 * matches decides. Source: modelopt/torch/quantization/compress.py.
 */
export function realQuantizeMode(left: readonly string[]): PyTuple {
  const patterns = dict([
    ['*', true],
    ...left.map((module) => [module === '' ? 'weight_*' : `${module}.*`, false] as const),
  ]);
  return tuple(
    'real_quantize',
    dict([
      ['config', left.length > 0 ? dict([['compress', patterns]]) : dict()],
      ['metadata', dict([['q_tensor_state', dict()]])],
    ]),
  );
}
