/** Runs (network.case.companion) of modelopt.pytorch that are not compared, and why. The first that fits counts. */
const left: readonly { readonly runs: RegExp; readonly because: string }[] = [
  { runs: /^rnn\.(?!int8wo)/, because: 'the inputs of recurrent layers are not calibrated' },
  { runs: /\.mse\./, because: 'the algorithm mse is not offered' },
  { runs: /\.smoothquant\./, because: 'the algorithm smoothquant is not offered' },
  { runs: /\.hist-percentile\./, because: 'the algorithm percentile is not offered' },
  { runs: /\.hist-entropy\./, because: 'the algorithm entropy is not offered' },
];

export const whyLeft = (run: string): string | undefined => left.find(({ runs }) => runs.test(run))?.because;
