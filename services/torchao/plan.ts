import type { BackendInput } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { type Plan, type PlannedLayer, plannedInt8 } from '#contract/plan.ts';
import { type LayerDecision, matchLayers } from '#contract/recipe/match-layers.ts';
import { refuseQuantized } from '#engine/formats/pth/refuse-quantized.ts';
import { withCheckpoint } from '#engine/formats/pth/with-checkpoint.ts';
import { estimateBytes } from './estimate-bytes.ts';
import { settleByGraph } from './graph-classes.ts';
import { checkRules, judgeLayer } from './judge-layer.ts';
import { type Layer, layersOf, namePrefix } from './layers.ts';
import { type Judged, warningsOf } from './plan-warnings.ts';

/** Reads the pickle of the checkpoint, and no tensor unless a companion graph has to settle a class. Errors: those of `openCheckpoint`, RECIPE_INVALID, RULE_MATCHES_NOTHING, UNSUPPORTED, WRONG_BACKEND. */
export async function plan({ recipe, files }: BackendInput): Promise<Plan> {
  if (recipe.mode !== 'weight_only_ptq') {
    throw new InputError('RECIPE_INVALID', `torchao does weight_only_ptq, not ${recipe.mode}`, {
      remedy: 'Set mode to weight_only_ptq, or take a modelopt backend.',
    });
  }
  checkRules(recipe.layers);
  return withCheckpoint(files.model, async (checkpoint) => {
    refuseQuantized(checkpoint, files.model.name);
    const prefix = namePrefix(checkpoint);
    const layers = await settleByGraph(layersOf(checkpoint, prefix), { checkpoint, graph: files.graph });
    const { decisions, rules, warnings } = matchLayers(recipe, layers);
    const judged = layers.map((layer, i) => judge(layer, decisions[i] ?? { kind: 'unnamed' }));
    const quantized = judged.flatMap(({ layer, verdict }) =>
      verdict === 'quantized' && layer.weight ? [layer.weight] : [],
    );
    return {
      backend: 'torchao',
      layers: judged.map(planned),
      rules,
      warnings: [...warnings, ...warningsOf({ judged, prefix, tensors: checkpoint.tensors, files })],
      bytesBefore: checkpoint.bytes,
      bytesAfter: estimateBytes(checkpoint.tensors, new Set(quantized)),
    };
  });
}

function judge(layer: Layer, decision: LayerDecision): Judged {
  return { layer, decision, ...judgeLayer(layer, decision) };
}

function planned({ layer, verdict, reason }: Judged): PlannedLayer {
  return {
    name: layer.name,
    class: layer.class,
    evidence: layer.evidence,
    shape: layer.weight?.shape ?? [],
    verdict,
    weights: verdict === 'quantized' ? plannedInt8(0) : null,
    activations: null,
    reason,
  };
}
