import type { BackendInput } from '#contract/backend.ts';
import type { Plan } from '#contract/plan.ts';
import { checkRecipe } from '#contract/recipe/check-recipe.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import { bytesOfWeights } from '#engine/formats/pth/bytes-of-weights.ts';
import { addedBytes } from './checkpoint/added-bytes.ts';
import { savedBytes } from './compressed/packed-bytes.ts';
import { functionalProducts } from './network/functional-products.ts';
import { withNetwork } from './network/network.ts';
import { warningsOf } from './plan-warnings.ts';
import { plannedLayers } from './planned-layers.ts';

/** Errors: those of `withNetwork`; RECIPE_INVALID. */
export async function plan(input: BackendInput): Promise<Plan> {
  checkRecipe(input.recipe);
  return withNetwork(input, async (network) => {
    const { decisions, rules, warnings } = network.decided;
    const bytesBefore = bytesOfWeights(network.checkpoint);
    const added = decisions.reduce((sum, { quantizers }) => sum + addedBytes(quantizers), 0);
    const saved = torchSettings(input.recipe).compress ? savedBytes(network.checkpoint, decisions) : 0;
    return {
      backend: 'modelopt.pytorch',
      layers: [...plannedLayers(decisions), ...functionalProducts(network)],
      rules,
      warnings: [...warnings, ...warningsOf(network, input)],
      bytesBefore,
      bytesAfter: bytesBefore + added - saved,
    };
  });
}
