export const backendCards = [
  {
    id: 'torchao',
    name: 'First experiments',
    line: 'A checkpoint in, a smaller checkpoint out, in seconds. Learn whether the model survives at all.',
  },
  {
    id: 'modelopt.pytorch',
    name: 'Prototypes',
    line: 'Weights and activations, calibrated with your data and adjusted layer by layer, before anything is exported.',
  },
  {
    id: 'modelopt.onnx',
    name: 'Production on TensorRT',
    line: 'An ONNX export in, a Q/DQ model out, ready for an engine to be built from it.',
  },
] as const;

export const promises = [
  {
    title: 'A plan before every run',
    line: 'Each layer with its verdict, the rule that decided it, and how its class is known.',
  },
  {
    title: 'Accuracy, not only size',
    line: 'Float and quantized model answer the same samples; the drop is on the first screen of the result.',
  },
  {
    title: 'Files your tools load',
    line: 'What comes out opens in PyTorch, ModelOpt and ONNX Runtime, with a SHA-256 and the lines of Python to do it.',
  },
] as const;
