import type { BackendInput } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import { howToExport } from '#contract/recipe/missing-graph.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { Companion } from '#engine/companion/companion.ts';

/** Errors: where a Q/DQ model is asked for, GRAPH_MISSING without a graph to put pairs into, UNSUPPORTED for one in half precision. */
export function refuseExport({ recipe, files }: BackendInput, companion: Companion | null): void {
  if (!torchSettings(recipe).export_onnx) return;
  if (companion === null)
    throw new InputError(
      'GRAPH_MISSING',
      `export_onnx writes the network around ${files.model.name} with Q/DQ pairs in it, and no ONNX export of the network is given`,
      { remedy: `${howToExport} Or leave export_onnx out: the weights alone need no graph.` },
    );
  const halves = companion.graph.graph.initializers.filter(({ dtype }) => dtype === 'float16');
  const names = new Set(halves.map(({ name }) => name));
  const half = companion.weights.find(({ initializer }) => names.has(initializer));
  if (half)
    throw new InputError(
      'UNSUPPORTED',
      `export_onnx writes a model in float32, and ${files.graph?.name ?? 'the companion graph'} has ${half.initializer} in float16`,
      { remedy: 'Export the network in float32; modelopt.onnx makes half precision of a model.' },
    );
}
