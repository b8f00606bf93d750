type Words = { readonly title: string; readonly help: string };

const words: Readonly<Record<string, Words>> = {
  max: {
    title: 'Maximum',
    help: 'The largest magnitude that was seen: fast, and enough for most networks. One outlier makes every step coarser.',
  },
  entropy: {
    title: 'Entropy',
    help: 'Cuts outliers where the distribution loses least: for a network that loses accuracy with the maximum. Measure the result, since it can cut too far. It takes two batches or more.',
  },
  percentile: {
    title: 'Percentile',
    help: 'Cuts a fixed share of the largest magnitudes: where outliers are rare, and you know how rare.',
  },
  mse: {
    title: 'Mean squared error',
    help: 'The range with the least error after rounding: where the maximum is too coarse and entropy cuts too much.',
  },
  smoothquant: {
    title: 'SmoothQuant',
    help: 'Moves outliers of activations into the weights of linear layers before both are rounded: for transformers that lose accuracy with INT8 activations.',
  },
};

/** Where a backend's algorithm does something else under the same name. */
const ownWords: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  'modelopt.pytorch': {
    mse: {
      title: 'Mean squared error, of weights',
      help: 'The range of each weight with the least error after rounding; ranges of activations are the maximum.',
    },
  },
};

/** An algorithm of calibration as people read it, and when to take it. */
export function algorithmWords(algorithm: string, backend: string | null): Words {
  return ownWords[backend ?? '']?.[algorithm] ?? words[algorithm] ?? { title: algorithm, help: '' };
}
