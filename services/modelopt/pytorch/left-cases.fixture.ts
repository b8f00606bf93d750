/** Runs (network.case.companion) of modelopt.pytorch that are not compared, and why. The first that fits counts. */
const left: readonly { readonly runs: RegExp; readonly because: string }[] = [
  { runs: /\.smoothquant\./, because: 'the algorithm smoothquant is not offered' },
];

export const whyLeft = (run: string): string | undefined => left.find(({ runs }) => runs.test(run))?.because;
