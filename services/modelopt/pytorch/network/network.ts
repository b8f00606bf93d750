import type { BackendInput } from '#contract/backend.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import { needsGraph } from '#contract/recipe/needs-graph.ts';
import type { Companion } from '#engine/companion/companion.ts';
import { withCheckpoint } from '#engine/formats/checkpoint/with-checkpoint.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { refuseQuantized } from '#engine/formats/pth/refuse-quantized.ts';
import { lightningPrefix } from '#engine/modules/lightning-prefix.ts';
import { decideNetwork, type NetworkDecisions } from '../decide/decide-network.ts';
import { refuseExport } from '../export/refuse-export.ts';
import { companionOf } from './companion-of.ts';
import { graphMissing } from './graph-missing.ts';
import { type NetworkModule, networkModules } from './network-modules.ts';
import { withSaidClasses } from './with-said-classes.ts';

/** A checkpoint with what is known of the network around it, and what the recipe makes of that. */
export type Network = {
  readonly checkpoint: Checkpoint;
  /** null: weights alone are quantized, and no graph was given. */
  readonly companion: Companion | null;
  /** What names lose in front in the result. */
  readonly prefix: string;
  readonly modules: readonly NetworkModule[];
  readonly decided: NetworkDecisions;
};

/** One whose activations can be measured. */
export type NetworkInGraph = Network & { readonly companion: Companion };

/**
 * Opens the checkpoint for as long as `use` runs. Errors: those of the files; GRAPH_MISSING, GRAPH_MISMATCH;
 * RECIPE_INVALID for classes that fit no module; those of `decideNetwork`.
 */
export async function withNetwork<T>(input: BackendInput, use: (network: Network) => Promise<T>): Promise<T> {
  const { model } = input.files;
  return withCheckpoint(model, async (checkpoint) => {
    refuseQuantized(checkpoint, model.name);
    return use(await judge(input, checkpoint));
  });
}

async function judge(input: BackendInput, checkpoint: Checkpoint): Promise<Network> {
  const { recipe, files } = input;
  if (!files.graph && needsGraph(recipe)) throw graphMissing(files.model.name);
  const companion = await companionOf(files, checkpoint);
  refuseExport(input, companion);
  const prefix = companion?.prefix ?? (lightningPrefix(checkpoint) || checkpoint.prefix);
  const found = networkModules(checkpoint, { companion, prefix });
  const listing = { isComplete: checkpoint.modules.size > 0 };
  const modules = withSaidClasses(found, torchSettings(recipe).module_classes, listing);
  return { checkpoint, companion, prefix, modules, decided: decideNetwork({ modules, companion }, recipe) };
}
