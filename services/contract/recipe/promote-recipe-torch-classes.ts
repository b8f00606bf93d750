/**
 * Classes of PyTorch that an ONNX graph does not tell, with the operator they become, where it is one that
 * modelopt.onnx may quantize by itself; null: one that it never does. Linear and convolutions keep their names.
 */
const operatorOfClass: Readonly<Record<string, string | null>> = {
  MaxPool1d: 'MaxPool',
  MaxPool2d: 'MaxPool',
  MaxPool3d: 'MaxPool',
  AvgPool1d: 'AveragePool',
  AvgPool2d: 'AveragePool',
  AvgPool3d: 'AveragePool',
  AdaptiveAvgPool1d: 'GlobalAveragePool',
  AdaptiveAvgPool2d: 'GlobalAveragePool',
  AdaptiveAvgPool3d: 'GlobalAveragePool',
  BatchNorm: 'BatchNormalization',
  BatchNorm1d: 'BatchNormalization',
  BatchNorm2d: 'BatchNormalization',
  BatchNorm3d: 'BatchNormalization',
  LayerNorm: 'LayerNormalization',
  RMSNorm: null,
  GroupNorm: null,
  InstanceNorm1d: null,
  InstanceNorm2d: null,
  InstanceNorm3d: null,
  LeakyReLU: null,
  Embedding: null,
  LSTM: null,
  GRU: null,
  RNN: null,
  MultiheadAttention: null,
  NonDynamicallyQuantizableLinear: null,
};

/** Whether a pattern is the name of a class that no layer of an ONNX model has. */
export function isTorchClass(pattern: string): boolean {
  return Object.hasOwn(operatorOfClass, pattern);
}

/** The operators that have to be left out so that modules of these classes stay as they are. */
export function operatorsOfClasses(classes: readonly string[]): readonly string[] {
  return [...new Set(classes.flatMap((name) => operatorOfClass[name] ?? []))];
}
