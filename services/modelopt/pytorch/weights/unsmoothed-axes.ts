import type { DecidedModule } from '../decide/decide-network.ts';
import { type Quantizer, quantizerName } from '../quantizer.ts';
import type { CalibratedInputs } from './smooth-weights.ts';

/**
 * All quantizers, as SmoothQuant of ModelOpt leaves them: it sets the input of every Linear to an amax for each channel
 * before it looks, and sets back those that it has seen.
 */
export function withUnsmoothedAxes(
  decisions: readonly DecidedModule[],
  inputs: CalibratedInputs,
): readonly Quantizer[] {
  return decisions.flatMap(({ module, quantizers }) =>
    quantizers.map((quantizer) => {
      const isLinear = quantizer.attribute === 'input_quantizer' && module.weight?.shape.length === 2;
      const isUnseen = quantizer.isEnabled && !inputs.has(quantizerName(quantizer));
      return isLinear && isUnseen ? { ...quantizer, axis: -1 } : quantizer;
    }),
  );
}
