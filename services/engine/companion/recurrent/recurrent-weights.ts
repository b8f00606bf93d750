import type { CheckpointTensor } from '../../formats/pth/checkpoint.ts';
import { withoutPrefix } from '../../modules/without-prefix.ts';
import { isFloating } from '../../numerics/as-float32.ts';
import type { Direction, RecurrentKind } from './recurrent-nodes.ts';

/** An LSTM, GRU or RNN of the checkpoint: its weights by layer, kind and direction. */
export type RecurrentModule = {
  readonly module: string;
  readonly layers: number;
  readonly weights: readonly RecurrentWeight[];
};

export type RecurrentWeight = {
  readonly tensor: CheckpointTensor;
  readonly layer: number;
  readonly kind: RecurrentKind;
  readonly direction: Direction;
};

/** The recurrent modules of a checkpoint, by the names that PyTorch gives their tensors; without the prefix. */
export function recurrentModules(tensors: readonly CheckpointTensor[], prefix: string): RecurrentModule[] {
  const weightsOf = new Map<string, RecurrentWeight[]>();
  for (const tensor of tensors) {
    const parts = recurrentName.exec(withoutPrefix(tensor.name, prefix));
    if (!parts || tensor.shape.length !== 2 || !isFloating(tensor.dtype)) continue;
    const [, module = '', kind, layer, reverse] = parts;
    const weights = weightsOf.get(module) ?? [];
    weightsOf.set(module, weights);
    weights.push({
      tensor,
      layer: Number(layer),
      kind: kind === 'ih' ? 'ih' : 'hh',
      direction: reverse ? 'reverse' : 'forward',
    });
  }
  return [...weightsOf].map(([module, weights]) => {
    return { module, layers: new Set(weights.map(({ layer }) => layer)).size, weights };
  });
}

const recurrentName = /^(?:(.*)\.)?weight_(ih|hh)_l(\d+)(_reverse)?$/;
