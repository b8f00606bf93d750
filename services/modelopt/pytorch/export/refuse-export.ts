import type { BackendInput } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { howToExport } from '#contract/recipe/missing-graph.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Companion } from '#engine/companion/companion.ts';

/** Errors: where a Q/DQ model is asked for, GRAPH_MISSING without a graph to put pairs into. */
export function refuseExport({ recipe, files }: BackendInput, companion: Companion | null): void {
  if (!torchSettings(recipe).export_onnx) return;
  if (companion === null)
    throw new InputError(
      'GRAPH_MISSING',
      `export_onnx writes the network around ${files.model.name} with Q/DQ pairs in it, and no ONNX export of the network is given`,
      { remedy: `${howToExport} Or leave export_onnx out: the weights alone need no graph.` },
    );
}
