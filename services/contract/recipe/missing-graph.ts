/** How to make the companion graph of a checkpoint. The TorchScript-based exporter keeps the names of modules. */
export const howToExport =
  'Make one in Python: model.load_state_dict(weights); model.eval() and then torch.onnx.export(model, (example_input,), "companion.onnx", input_names=["input"], dynamic_axes={"input": {0: "batch"}}, dynamo=False).';

/** What can be had without one. */
export const weightsAlone = 'Or quantize the weights alone, which needs no graph: mode weight_only_ptq.';
