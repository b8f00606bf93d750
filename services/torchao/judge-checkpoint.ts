import type { BackendInput } from '#contract/backend.ts';
import type { Plan } from '#contract/plan.ts';
import { type LayerDecision, type MatchedLayers, matchLayers } from '#contract/recipe/match-layers.ts';
import { type TorchaoSettings, torchaoSettings } from '#contract/recipe/torchao-request.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { lightningPrefix } from '#engine/modules/lightning-prefix.ts';
import { settleByGraph } from './graph-classes.ts';
import { type Judgement, judgeLayer } from './judge-layer.ts';
import { type Layer, layersOf } from './layers.ts';

export type Judged = Judgement & { readonly layer: Layer; readonly decision: LayerDecision };

export type JudgedCheckpoint = {
  readonly settings: TorchaoSettings;
  /** What names lose in front in the result: '' or `model.`. */
  readonly prefix: string;
  readonly layers: readonly Judged[];
  readonly matched: Pick<MatchedLayers, 'rules' | 'warnings'>;
};

/**
 * Applies a recipe to the layers of a checkpoint. A companion graph settles guessed classes; with a plan at hand
 * its classes are taken, so that nothing is matched twice. Errors: RULE_MATCHES_NOTHING, those of `settleByGraph`.
 */
export async function judgeCheckpoint(
  checkpoint: Checkpoint,
  { recipe, files, plan }: BackendInput & { readonly plan?: Plan },
): Promise<JudgedCheckpoint> {
  const settings = torchaoSettings(recipe);
  const prefix = settings.restOfCheckpoint === 'keep' ? '' : lightningPrefix(checkpoint);
  const inferred = layersOf(checkpoint, prefix);
  const layers = plan
    ? settleByPlan(inferred, plan)
    : await settleByGraph(inferred, { checkpoint, graph: files.graph });
  const { decisions, ...matched } = matchLayers(recipe, layers);
  return {
    settings,
    prefix,
    matched,
    layers: layers.map((layer, i) => {
      const decision = decisions[i] ?? { kind: 'unnamed' };
      const { verdict, reason, request, refused, torchao } = judgeLayer(layer, decision, settings);
      return { layer, decision, verdict, reason, request, refused, torchao };
    }),
  };
}

/** Evidence that the tensors alone do not give is the graph's, which guesses nothing. */
function settleByPlan(layers: readonly Layer[], plan: Plan): readonly Layer[] {
  const planned = new Map(plan.layers.map((layer) => [layer.name, layer]));
  return layers.map((layer) => {
    const known = planned.get(layer.name);
    return known && known.evidence !== layer.evidence
      ? { ...layer, class: known.class, evidence: known.evidence, assumed: false }
      : layer;
  });
}
