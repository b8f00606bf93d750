/**
 * The PyTorch class of a module without submodules, from the operators that its scope holds in the graph.
 * `#` stands for the number of spatial dimensions. First row whose operators are all there and whose `without`
 * are not; the exporter's bookkeeping (Constant, Shape, Pad …) does not count.
 */
const rows: readonly {
  readonly class: string;
  readonly has: readonly string[];
  readonly without?: readonly string[];
  readonly alone?: true;
}[] = [
  { class: 'ConvTranspose#d', has: ['ConvTranspose'] },
  { class: 'Conv#d', has: ['Conv'] },
  { class: 'LSTM', has: ['LSTM'] },
  { class: 'GRU', has: ['GRU'] },
  { class: 'RNN', has: ['RNN'] },
  { class: 'LayerNorm', has: ['LayerNormalization'] },
  { class: 'LayerNorm', has: ['ReduceMean', 'Sub', 'Sqrt', 'Div'] },
  { class: 'RMSNorm', has: ['RMSNormalization'] },
  { class: 'RMSNorm', has: ['ReduceMean', 'Pow', 'Sqrt'], without: ['Sub'] },
  { class: 'BatchNorm#d', has: ['BatchNormalization'] },
  { class: 'GroupNorm', has: ['InstanceNormalization', 'Reshape'] },
  { class: 'GroupNorm', has: ['GroupNormalization'] },
  { class: 'InstanceNorm#d', has: ['InstanceNormalization'] },
  { class: 'MaxPool#d', has: ['MaxPool'], alone: true },
  { class: 'AvgPool#d', has: ['AveragePool'], alone: true },
  { class: 'AdaptiveAvgPool#d', has: ['GlobalAveragePool'], alone: true },
  { class: 'AdaptiveMaxPool#d', has: ['GlobalMaxPool'], alone: true },
  { class: 'LeakyReLU', has: ['LeakyRelu'], alone: true },
  { class: 'GELU', has: ['Gelu'], alone: true },
  { class: 'GELU', has: ['Erf', 'Div', 'Mul'], without: ['MatMul', 'Gemm'] },
  { class: 'SiLU', has: ['Sigmoid', 'Mul'], without: ['MatMul', 'Gemm'] },
  { class: 'ReLU6', has: ['Clip'], alone: true },
  { class: 'Softmax', has: ['Softmax'], alone: true },
  { class: 'ReLU', has: ['Relu'], alone: true },
  { class: 'Hardswish', has: ['HardSwish'], alone: true },
  { class: 'Hardsigmoid', has: ['HardSigmoid'], alone: true },
  { class: 'Sigmoid', has: ['Sigmoid'], alone: true },
  { class: 'Tanh', has: ['Tanh'], alone: true },
  { class: 'Flatten', has: ['Flatten'], alone: true },
];

const bookkeeping: ReadonlySet<string> = new Set([
  'Constant',
  'Identity',
  'Shape',
  'Gather',
  'Concat',
  'Cast',
  'Pad',
  'Squeeze',
  'Unsqueeze',
]);

export function classFromOperators(operators: ReadonlySet<string>, spatialRank: number): string | null {
  const counted = [...operators].filter((operator) => !bookkeeping.has(operator));
  const row = rows.find(
    ({ has, without = [], alone }) =>
      has.every((operator) => operators.has(operator)) &&
      !without.some((operator) => operators.has(operator)) &&
      (!alone || counted.length === has.length),
  );
  return row ? row.class.replace('#', `${spatialRank}`) : null;
}
