type Words = { readonly title: string; readonly help: string };

const words: Readonly<Record<string, Words>> = {
  int8: { title: 'INT8', help: 'Whole numbers from −128 to 127, evenly spread: the usual choice.' },
  fp8_e4m3fn: {
    title: 'FP8 E4M3',
    help: 'Floats of 8 bits, up to ±448: finer near zero, coarser for the largest weights.',
  },
  fp8_e5m2: {
    title: 'FP8 E5M2',
    help: 'Floats of 8 bits, up to ±57344: a wider range than E4M3 with half its steps.',
  },
};

/** A dtype of weights as people read it. */
export function weightWords(dtype: string): Words {
  return words[dtype] ?? { title: dtype, help: '' };
}
