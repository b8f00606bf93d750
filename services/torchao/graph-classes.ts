import type { InputFile } from '#contract/backend.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { withoutPrefix } from '#engine/modules/without-prefix.ts';
import type { Layer } from './layers.ts';

/**
 * Takes classes from the companion graph where the checkpoint alone does not settle them: a Gather with the weight is an
 * Embedding, a Gemm or MatMul a Linear, a ConvTranspose no Conv2d. Tying the two together compares weights, so it is done
 * only if there is something to settle. Errors: those of `readOnnxModel`; GRAPH_MISMATCH, UNSUPPORTED.
 */
export async function settleByGraph(
  layers: readonly Layer[],
  { checkpoint, graph }: { readonly checkpoint: Checkpoint; readonly graph: InputFile | undefined },
): Promise<readonly Layer[]> {
  const isOpen = (layer: Layer) => isUnsettled(layer, checkpoint);
  if (!graph || !layers.some(isOpen)) return layers;
  const [{ matchCompanion }, { readOnnxModel }] = await companionCode();
  const { modules, prefix } = await matchCompanion(checkpoint, await readOnnxModel(graph), graph.name);
  const inGraph = new Map(modules.map((module) => [module.name, module]));
  return layers.map((layer) => {
    const seen = isOpen(layer) ? inGraph.get(withoutPrefix(moduleOf(layer), prefix)) : undefined;
    return seen?.class ? { ...layer, class: seen.class, evidence: seen.evidence, assumed: false } : layer;
  });
}

/** Loaded where there is a graph: reading ONNX takes more code than all the rest. */
function companionCode() {
  return Promise.all([import('#engine/companion/match-companion.ts'), import('#engine/formats/onnx/read.ts')]);
}

/**
 * Guesses, and what tensors tell by half: a kernel may be that of a transposed convolution, a running mean of any
 * BatchNorm. What the file states stays, and so does a Linear that its bias proves, whatever the network calls it.
 */
function isUnsettled(layer: Layer, { classes }: Checkpoint): boolean {
  if (layer.weight === null || classes.has(moduleOf(layer))) return false;
  return layer.assumed || /^(Conv|BatchNorm)/.test(layer.class);
}

/** By the checkpoint's name. */
const moduleOf = ({ weight }: Layer): string => weight?.name.replace(/\.?weight$/, '') ?? '';
