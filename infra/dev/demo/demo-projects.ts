/** What the demo organization holds: each network as a PyTorch checkpoint with its companion graph, and as ONNX. */
export const demoProjects = [
  {
    name: 'Digits CNN',
    description: 'A small convolutional classifier of handwritten digits, quantized by each backend.',
    models: [
      { name: 'digits-cnn (PyTorch)', file: 'digits-cnn.pth', graph: 'digits-cnn.onnx' },
      { name: 'digits-cnn (ONNX)', file: 'digits-cnn.onnx', graph: undefined },
    ],
  },
  {
    name: 'Digits ViT',
    description: 'A small vision transformer for the same digits.',
    models: [
      { name: 'digits-vit (PyTorch)', file: 'digits-vit.pth', graph: 'digits-vit.onnx' },
      { name: 'digits-vit (ONNX)', file: 'digits-vit.onnx', graph: undefined },
    ],
  },
] as const;

export const demoDatasets = [
  { name: 'Calibration digits', file: 'calibration.npz', role: 'calibration' },
  { name: 'Evaluation digits', file: 'evaluation.npz', role: 'evaluation' },
] as const;

/** One run for each backend, on the model it takes. */
export const demoRuns = [
  { backend: 'torchao', model: 0 },
  { backend: 'modelopt.pytorch', model: 0 },
  { backend: 'modelopt.onnx', model: 1 },
] as const;

export type DemoProject = (typeof demoProjects)[number];
