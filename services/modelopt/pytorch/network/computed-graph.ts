import type { QuantizeJob } from '#contract/backend.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Companion } from '#engine/companion/companion.ts';
import type { TensorStore } from '#engine/formats/onnx/tensor-store.ts';
import type { Network } from './network.ts';

/** The companion as a runtime computes it, and where the weights go that are made for it. */
export type ComputedGraph = { readonly companion: Companion; readonly store: TensorStore };

/**
 * Lays the companion's weights out in the run's folder for as long as `use` runs, so that none is held in memory; null
 * where nothing is computed with it, for then its code need not be loaded.
 */
export async function withComputedGraph<T>(
  { recipe, files, outputDir }: QuantizeJob,
  { companion, checkpoint }: Network,
  use: (graph: ComputedGraph | null) => Promise<T>,
): Promise<T> {
  const { weightsOnly, export_onnx: isExported } = torchSettings(recipe);
  if (!companion || (weightsOnly && !isExported && !files.evaluation)) return use(null);
  const [{ withTensorStore }, { computedCompanion }] = await Promise.all([
    import('#engine/formats/onnx/tensor-store.ts'),
    import('#engine/companion/computed-companion.ts'),
  ]);
  return withTensorStore(outputDir, async (store) =>
    use({ companion: await computedCompanion(companion, checkpoint, store), store }),
  );
}
