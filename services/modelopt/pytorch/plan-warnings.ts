import type { BackendInput } from '#contract/backend.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { unreadEvaluation } from '#contract/unread-evaluation.ts';
import { leftOutSentence } from '#engine/formats/checkpoint/left-out-sentence.ts';
import { loneShard } from '#engine/formats/checkpoint/lone-shard.ts';
import { compressionWarnings } from './compressed/compression-warnings.ts';
import type { Network } from './network/network.ts';
import { guessedClasses, hiddenModules } from './network/unseen-modules.ts';

/** What a person ought to know of the files and the recipe before the run. */
export function warningsOf(network: Network, input: BackendInput): readonly string[] {
  const { checkpoint, companion } = network;
  const said = [loneShard(input.files.model.name), leftOutSentence(checkpoint), lostPrefix(network)];
  return [
    ...said.filter((sentence) => sentence !== null),
    ...(companion?.warnings ?? []),
    ...guessedClasses(network),
    ...(companion ? [] : hiddenModules(network)),
    ...takenForE4m3(input.recipe),
    ...compressionWarnings(input.recipe, network.decided.decisions),
    ...idleFiles(input),
  ];
}

function lostPrefix({ prefix, companion }: Network): string | null {
  if (prefix === '') return null;
  return companion
    ? `Names lose the prefix “${prefix}”, which the companion graph does not have: restore the result into the network that was exported.`
    : `Names lose the prefix “${prefix}”, which a wrapper put in front of them: restore the result into the network itself.`;
}

/** Taken only where a recipe asks for TAO’s own reading. */
function takenForE4m3({ layers }: Recipe): string[] {
  const rules = layers.filter((rule) => [rule.weights, rule.activations].some((asked) => asked?.dtype === 'fp8_e5m2'));
  return rules.map(
    ({ module_name }) => `The rule “${module_name}” asks for fp8_e5m2 and gets fp8_e4m3fn, as TAO does it.`,
  );
}

/** Files that were given and will not be read. */
function idleFiles({ files, recipe }: BackendInput): string[] {
  const { calibration } = files;
  const unread = unreadEvaluation(files);
  const { weightsOnly } = torchSettings(recipe);
  return [
    ...(calibration && weightsOnly
      ? [`${calibration.name} is not read: the recipe quantizes weights, which need no calibration.`]
      : []),
    ...(unread ? [unread] : []),
  ];
}
