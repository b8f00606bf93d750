import type { CalibratedRange } from '#engine/numerics/calibration/calibrator.ts';

const shown = 8;

/** A sentence about tensors that had one value in all samples: what they measure says little. Empty without any. */
export function warnOfConstants(constants: ReadonlyMap<string, number>, samples: number): readonly string[] {
  if (constants.size === 0) return [];
  const named = [...constants].slice(0, shown).map(([tensor, value]) => `${tensor} (${value})`);
  const more = constants.size > shown ? ` and ${constants.size - shown} more` : '';
  const who = constants.size === 1 ? '1 activation has' : `${constants.size} activations have`;
  return [
    `${who} one and the same value in all of the ${samples} samples, so that a scale from it says little: ${named.join(', ')}${more}.`,
  ];
}

/** Of ranges, those that are one value. */
export function constantsAmong(ranges: ReadonlyMap<string, CalibratedRange>): ReadonlyMap<string, number> {
  return new Map([...ranges].flatMap(([tensor, { min, max }]) => (min === max ? [[tensor, min] as const] : [])));
}
