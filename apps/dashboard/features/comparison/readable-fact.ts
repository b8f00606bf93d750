import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { formatShrink } from '#dashboard/ui/format/number.ts';
import { formatDuration } from '#dashboard/ui/format/time.ts';

const readers: Readonly<Record<string, (value: string) => string>> = {
  'Bytes before': (value) => formatBytes(Number(value)),
  'Bytes after': (value) => formatBytes(Number(value)),
  'Accuracy change': (value) => value.replace('-', '−').replace(/^\+?0\.00 points, 0 of .*/, '±0 points'),
  Compression: (value) => formatShrink(Number.parseFloat(value), 1),
  'Model SHA-256': (value) => `${value.slice(0, 16)}…`,
  Seconds: (value) => formatDuration(Number(value)),
  'Seconds quantizing': (value) => formatDuration(Number(value)),
};

/** Numbers and digests as people read them; every other fact as it is. */
export function readableFact(label: string, value: string): string {
  return readers[label]?.(value) ?? value;
}
