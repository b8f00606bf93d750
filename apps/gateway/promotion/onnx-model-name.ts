import { createHash } from 'node:crypto';
import { modelWithoutFormat } from '../models/model-without-format.ts';

/** In UTF-16 units, as names that people type are counted. */
const longestName = 100;
const suffix = ' (ONNX)';

/**
 * “digits (PyTorch)” gives “digits (ONNX)”. A name that is too long for that is cut between two characters, and a mark
 * made of all of it tells it from others that begin alike.
 */
export function onnxModelName(modelName: string): string {
  const bare = modelWithoutFormat(modelName);
  if (bare.length + suffix.length <= longestName) return bare + suffix;
  const end = `… ${createHash('sha256').update(bare).digest('hex').slice(0, 8)}${suffix}`;
  return `${startOf(bare, longestName - end.length).trimEnd()}${end}`;
}

/** As many whole code points from the beginning as have at most so many UTF-16 units. */
function startOf(text: string, units: number): string {
  let start = '';
  for (const character of text) {
    if (start.length + character.length > units) break;
    start += character;
  }
  return start;
}
