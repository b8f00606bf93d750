/** Runs (network.case.companion) of modelopt.pytorch that are not compared, and why. The first that fits counts. */
const left: readonly { readonly runs: RegExp; readonly because: string }[] = [
  { runs: /^rnn\.skip\./, because: 'a rule names modules, not single quantizers of one' },
  { runs: /^rnn\./, because: 'recurrent layers are refused' },
  { runs: /\.fp8\./, because: 'presets are not offered' },
  { runs: /\.int8wo\./, because: 'presets are not offered' },
  { runs: /^(convbn|twice)\.skip\./, because: 'presets are not offered beside rules' },
  { runs: /\.mse\./, because: 'the algorithm mse is not offered' },
  { runs: /\.smoothquant\./, because: 'the algorithm smoothquant is not offered' },
  { runs: /\.hist-percentile\./, because: 'the algorithm percentile is not offered' },
  { runs: /\.hist-entropy\./, because: 'the algorithm entropy is not offered' },
  { runs: /^(mobile|unet)\.tao-linear\./, because: 'a rule that matches nothing is refused' },
  { runs: /\.tao-/, because: 'compat: tao is not offered' },
];

export const whyLeft = (run: string): string | undefined => left.find(({ runs }) => runs.test(run))?.because;
