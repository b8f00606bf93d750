import { listNames } from '#contract/list-names.ts';
import type { TorchaoSettings } from '#contract/recipe/torchao-request.ts';
import type { Transferred } from '#engine/transfer/transfer.ts';
import type { Judged, JudgedCheckpoint } from './judge-checkpoint.ts';

/** Where the result departs from what torchao would have written, as far as it is known before any weight is read. */
export function plannedDeviations({ layers, settings }: JudgedCheckpoint): readonly string[] {
  const names = (torchao: Judged['torchao']) =>
    listNames(layers.filter((layer) => layer.torchao === torchao).map(({ layer }) => layer.name || 'the root'));
  const failing = names('fails');
  const casting = names('quantizes');
  return [
    ...(failing === '' ? [] : [`Left as they are, where torchao fails and writes nothing: ${failing}.`]),
    ...(casting === '' ? [] : [`Left as they are, where torchao casts what is no float to FP8: ${casting}.`]),
    ...classDeviation(layers, settings),
  ];
}

/** The numbers of 0.15 to 0.17 go into the class that 0.18 can read. */
function classDeviation(layers: readonly Judged[], { compat }: TorchaoSettings): readonly string[] {
  if (compat === null || compat === 'torchao-0.18') return [];
  if (!layers.some(({ request }) => request?.dtype === 'int8')) return [];
  return [
    `INT8 weights are written as Int8Tensor, which torchao 0.15 and later read; by default ${compat.replace('-', ' ')} writes the same numbers as AffineQuantizedTensor, which 0.18 cannot read.`,
  ];
}

type Reports = Transferred['reports'];

/** FP8 blocks whose scale would be 0. */
export function repairs(reports: Reports): readonly string[] {
  const repaired = [...reports].filter(([, { repairedBlocks }]) => repairedBlocks > 0);
  if (repaired.length === 0) return [];
  const blocks = repaired.reduce((sum, [, { repairedBlocks }]) => sum + repairedBlocks, 0);
  return [
    `${blocks === 1 ? 'One FP8 block' : `${blocks} FP8 blocks`} of zeros in ${listNames(repaired.map(([{ name }]) => name))} got the scale 2^-126 and zeros, where torchao writes the scale 0 and NaN.`,
  ];
}

/** What a release does with zero blocks and with weights that are not finite, where its bytes were asked for. */
export function reproducedNans(reports: Reports): readonly string[] {
  const names = [...reports].filter(([, { nonFiniteBlocks }]) => nonFiniteBlocks > 0).map(([{ name }]) => name);
  if (names.length === 0) return [];
  return [`Blocks of ${listNames(names)} hold NaN or infinity, as torchao writes them.`];
}
