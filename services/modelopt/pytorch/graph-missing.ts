import { InputError } from '#contract/failure.ts';

/** What to do about a checkpoint without its network. `model` is what the user calls the file. */
export function graphMissing(model: string): InputError {
  return new InputError(
    'GRAPH_MISSING',
    `${model} holds weights without the network around them, and modelopt.pytorch needs an ONNX export of it to measure activations`,
    { remedy: `${exportLines} Or quantize the weights alone, which needs no graph: mode weight_only_ptq.` },
  );
}

/** The TorchScript-based exporter keeps the names of modules. */
const exportLines =
  'Make one in Python: model.load_state_dict(weights); model.eval() and then torch.onnx.export(model, (example_input,), "companion.onnx", input_names=["input"], dynamic_axes={"input": {0: "batch"}}, dynamo=False).';
