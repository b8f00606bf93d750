import type { BackendInput } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { Plan, PlannedLayer } from '#contract/plan.ts';
import { matchLayers } from '#contract/recipe/match-layers.ts';
import { dtypes } from '#engine/formats/dtype.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { brokenTies } from './broken-ties.ts';
import { checkRules, int8PerRow, type Judgement, judgeLayer } from './judge-layer.ts';
import { type Layer, layersOf, namePrefix } from './layers.ts';
import { withCheckpoint } from './open-model.ts';

/** Reads the pickle of the checkpoint, no tensor. Errors: those of `openCheckpoint`, RECIPE_INVALID, RULE_MATCHES_NOTHING, UNSUPPORTED, WRONG_BACKEND. */
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
    const layers = layersOf(checkpoint, prefix);
    const { decisions, rules, warnings } = matchLayers(recipe, layers);
    const judged = layers.map((layer, i) => ({ layer, ...judgeLayer(layer, decisions[i] ?? { kind: 'unnamed' }) }));
    const quantized = judged.flatMap(({ layer, verdict }) =>
      verdict === 'quantized' && layer.weight ? [layer.weight] : [],
    );
    return {
      backend: 'torchao',
      layers: judged.map(planned),
      rules,
      warnings: [
        ...warnings,
        ...prefixWarning(prefix),
        ...refusals(judged),
        ...brokenTies(checkpoint.tensors, new Set(quantized)),
      ],
      bytesBefore: checkpoint.bytes,
      bytesAfter: estimateBytes(checkpoint.tensors, new Set(quantized)),
    };
  });
}

function refuseQuantized({ quantized }: Checkpoint, name: string): void {
  for (const [weight, { class: type }] of quantized) {
    throw new InputError('UNSUPPORTED', `${weight} is quantized already: in ${name} it is a ${type}`, {
      remedy: 'Give the float checkpoint that it was made from.',
    });
  }
}

type Judged = Judgement & { readonly layer: Layer };

function planned({ layer, verdict, reason }: Judged): PlannedLayer {
  return {
    name: layer.name,
    class: layer.class,
    evidence: layer.evidence,
    shape: layer.weight?.shape ?? [],
    verdict,
    weights: verdict === 'quantized' ? int8PerRow : null,
    activations: null,
    reason,
  };
}

function prefixWarning(prefix: string): string[] {
  if (prefix === '') return [];
  return [
    `Names lose the prefix “${prefix}” of the Lightning module, as in TAO’s own output: load the result into the network itself.`,
  ];
}

function refusals(judged: readonly Judged[]): string[] {
  return judged
    .filter(({ refused }) => refused)
    .map(({ layer, reason }) => `${layer.name} stays as it is although a rule asks for int8: ${reason}.`);
}

/** Bytes of a pickled tensor and its zip entries beside its elements, about what torch.save needs. */
const entryBytes = { plain: 330, int8: 1150 };

function estimateBytes(tensors: readonly CheckpointTensor[], quantized: ReadonlySet<CheckpointTensor>): number {
  return tensors.reduce((total, tensor) => total + tensorBytes(tensor, quantized.has(tensor)), 1000);
}

function tensorBytes({ shape, dtype }: CheckpointTensor, quantized: boolean): number {
  const elements = shape.reduce((product, size) => product * size, 1);
  return quantized
    ? elements + (shape[0] ?? 0) * 5 + entryBytes.int8
    : elements * dtypes[dtype].bytes + entryBytes.plain;
}
