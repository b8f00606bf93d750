import { listNames } from '#contract/list-names.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import type { DecidedModule } from '../decide/decide-network.ts';
import { moduleInSentence } from '../network/module-in-sentence.ts';
import { packableQuantizers, unpackableModules } from './packable.ts';

/** What the option compress does not do to this network. */
export function compressionWarnings(recipe: Recipe, decisions: readonly DecidedModule[]): readonly string[] {
  if (!torchSettings(recipe).compress) return [];
  const left = unpackableModules(decisions).map(moduleInSentence);
  const isIdle = packableQuantizers(decisions).length === 0;
  return [
    ...(left.length > 0
      ? [
          `compress leaves the weights of ${listNames(left)} as floating-point numbers, with their amax: ModelOpt cannot compute with them packed.`,
        ]
      : []),
    ...(isIdle ? ['compress packs nothing: no weight that ModelOpt can pack is quantized.'] : []),
  ];
}
