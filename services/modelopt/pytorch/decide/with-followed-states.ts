import type { Companion } from '#engine/companion/companion.ts';
import { moduleInSentence, startSentence } from '../network/module-in-sentence.ts';
import type { DecidedModule } from './decide-network.ts';
import { quantizableClass } from './quantizer-table.ts';

/**
 * What a recurrent module is called with includes its own states, which have to be followed through the graph. One
 * whose layers the graph does not show stays as it is: enabled without an amax, it would take one from every batch.
 */
export function withFollowedStates(decided: DecidedModule, companion: Companion | null): DecidedModule {
  const { module, quantizers } = decided;
  const needsStates = quantizers.some(({ role, isEnabled }) => role === 'input' && isEnabled);
  if (quantizableClass(module.class)?.quantizers !== 'recurrent' || !needsStates) return decided;
  const sites = companion?.recurrent.filter((site) => site.module === module.name) ?? [];
  if (sites.length > 0 && !hasProjections(decided)) return decided;
  const why = hasProjections(decided)
    ? 'its projections stand in no tensor of the graph'
    : `the companion graph shows no ${module.class} of it`;
  return {
    ...decided,
    quantizers: quantizers.map((quantizer) => ({ ...quantizer, isEnabled: false })),
    reason: `its inputs cannot be calibrated, because ${why}; weights alone can be quantized`,
    deviation: startSentence(
      `${moduleInSentence(module.name)} stays as it is, since ${why}; ModelOpt sees its states in PyTorch.`,
    ),
  };
}

const hasProjections = ({ quantizers }: DecidedModule): boolean =>
  quantizers.some(({ attribute }) => attribute.startsWith('proj_'));
