import { quantizableClass, quantizableClassNames } from '../decide/quantizer-table.ts';

/** Classes without quantizers that a module may be said to have, so that none are listed for it. */
const plain = [
  ...['ReLU', 'ReLU6', 'PReLU', 'ELU', 'GELU', 'SiLU', 'Mish', 'Hardswish', 'Hardsigmoid', 'Hardtanh', 'Softplus'],
  ...['Sigmoid', 'Tanh', 'Softmax', 'LogSoftmax', 'Identity', 'Dropout', 'Dropout1d', 'Dropout2d', 'Flatten'],
  ...['Unflatten', 'Upsample', 'PixelShuffle', 'AdaptiveMaxPool1d', 'AdaptiveMaxPool2d', 'AdaptiveMaxPool3d'],
  ...['GroupNorm', 'RMSNorm', 'SyncBatchNorm', 'LocalResponseNorm', 'EmbeddingBag', 'Bilinear'],
  ...['MultiheadAttention', 'LSTMCell', 'GRUCell', 'RNNCell', 'Sequential', 'ModuleList', 'ModuleDict'],
] as const;

export const classNames: readonly string[] = [...quantizableClassNames, ...plain];

/** How many dimensions the weight of a class has; null where it has none, or is not looked at. */
export function weightRank(className: string): number | null {
  const spatial = /^Conv(?:Transpose)?([123])d$/.exec(className)?.[1];
  if (spatial !== undefined) return Number(spatial) + 2;
  const kind = quantizableClass(className)?.quantizers;
  return kind === undefined || kind === 'observed' ? null : 2;
}

/** Whether a module of the class has tensors of its own, by which a state dict shows it. */
export function tensorsOf(className: string): 'always' | 'perhaps' | 'never' {
  if (className.includes('Norm')) return 'perhaps';
  return weightRank(className) !== null || withTensors.test(className) ? 'always' : 'never';
}

const withTensors = /Cell|Embedding|Attention|Bilinear|PReLU/;
