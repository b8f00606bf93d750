import type { Quantizer } from '../quantizer.ts';

/** What the pickle says of a quantizer, and the zip entry of an amax. */
const stateBytes = 150;
const entryBytes = 295;

/** An estimate of what the quantizers of a module add to the file. */
export function addedBytes(quantizers: readonly Quantizer[]): number {
  return quantizers.reduce((sum, { isEnabled, axis, weight }) => {
    const values = axis === null ? 1 : (weight?.shape[axis] ?? 1);
    return sum + stateBytes + (isEnabled ? entryBytes + values * 4 : 0);
  }, 0);
}
