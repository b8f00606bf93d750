import type { BackendInput } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { Companion } from '#engine/companion/companion.ts';
import { matchCompanion } from '#engine/companion/match-companion.ts';
import { withCheckpoint } from '#engine/formats/checkpoint/with-checkpoint.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { refuseQuantized } from '#engine/formats/pth/refuse-quantized.ts';
import { type NetworkModule, networkModules } from './network-modules.ts';
import { recurrentClasses } from './quantizer-table.ts';

/** A checkpoint with the graph that says what is computed with it. */
export type Network = {
  readonly checkpoint: Checkpoint;
  readonly companion: Companion;
  readonly modules: readonly NetworkModule[];
};

/** Opens both files for as long as `use` runs. Errors: those of the files; GRAPH_MISSING, GRAPH_MISMATCH, UNSUPPORTED. */
export async function withNetwork<T>(
  { files }: Pick<BackendInput, 'files'>,
  use: (network: Network) => Promise<T>,
): Promise<T> {
  return withCheckpoint(files.model, async (checkpoint) => {
    refuseQuantized(checkpoint, files.model.name);
    if (!files.graph) throw graphMissing(files.model.name);
    const graph = await readOnnxModel(files.graph);
    const companion = await matchCompanion(checkpoint, graph, files.graph.name);
    const modules = networkModules(checkpoint, companion);
    refuseRecurrent(modules);
    return use({ checkpoint, companion, modules });
  });
}

function graphMissing(model: string): InputError {
  return new InputError(
    'GRAPH_MISSING',
    `${model} holds weights without the network around them, and modelopt.pytorch needs an ONNX export of it to measure activations`,
    {
      remedy:
        'Make one in Python: model.load_state_dict(weights); model.eval() and then torch.onnx.export(model, (example_input,), "companion.onnx", input_names=["input"], dynamic_axes={"input": {0: "batch"}}, dynamo=False). Or run torchao, which quantizes weights only and needs no graph.',
    },
  );
}

function refuseRecurrent(modules: readonly NetworkModule[]): void {
  const recurrent = modules.find((module) => recurrentClasses.has(module.class));
  if (!recurrent) return;
  throw new InputError(
    'UNSUPPORTED',
    `${recurrent.name} is of the class ${recurrent.class}, and the quantizers that ModelOpt puts into recurrent layers cannot be calibrated here yet`,
    { remedy: 'Quantize the weights only with torchao, or the exported graph with modelopt.onnx.' },
  );
}
