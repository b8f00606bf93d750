import type { InputFile } from '#contract/backend.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import type { Layer } from './layers.ts';

/**
 * Settles guessed classes by what the companion graph computes with the weight: a Gather is an Embedding, a Gemm or
 * MatMul a Linear. Tying the two together compares weights, so it is done only if there is something to settle.
 * Errors: those of `readOnnxModel`; GRAPH_MISMATCH.
 */
export async function settleByGraph(
  layers: readonly Layer[],
  { checkpoint, graph }: { readonly checkpoint: Checkpoint; readonly graph: InputFile | undefined },
): Promise<readonly Layer[]> {
  if (!graph || !layers.some(isGuess)) return layers;
  const [{ matchCompanion }, { readOnnxModel }] = await companionCode();
  const companion = await matchCompanion(checkpoint, await readOnnxModel(graph), graph.name);
  const modules = new Map(companion.modules.map((module) => [module.name, module]));
  const users = new Map(companion.weights.map(({ tensor, module }) => [tensor, modules.get(module)]));
  return layers.map((layer) => {
    const user = isGuess(layer) ? users.get(layer.weight?.name ?? '') : undefined;
    return user?.class ? { ...layer, class: user.class, evidence: user.evidence, assumed: false } : layer;
  });
}

/** Loaded where there is a graph: reading ONNX takes more code than all the rest. */
function companionCode() {
  return Promise.all([import('#engine/companion/match-companion.ts'), import('#engine/formats/onnx/read.ts')]);
}

/** A matrix that multiplies or is looked up in; other guesses decide nothing here. */
function isGuess({ assumed, weight }: Layer): boolean {
  return assumed && weight?.shape.length === 2;
}
