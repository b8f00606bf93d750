import { InputError } from '#contract/failure.ts';
import { howToExport, weightsAlone } from '#contract/recipe/missing-graph.ts';

/** What to do about a checkpoint without its network. `model` is what the user calls the file. */
export function graphMissing(model: string): InputError {
  return new InputError(
    'GRAPH_MISSING',
    `${model} holds weights without the network around them, and modelopt.pytorch needs an ONNX export of it to measure activations`,
    { remedy: `${howToExport} ${weightsAlone}` },
  );
}
