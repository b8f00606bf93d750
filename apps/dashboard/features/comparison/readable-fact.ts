import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { formatDuration } from '#dashboard/ui/format/time.ts';

const readers: Readonly<Record<string, (value: string) => string>> = {
  'Bytes before': (value) => formatBytes(Number(value)),
  'Bytes after': (value) => formatBytes(Number(value)),
  Seconds: (value) => formatDuration(Number(value)),
  'Seconds quantizing': (value) => formatDuration(Number(value)),
};

/** Numbers of bytes and seconds as people read them; every other fact as it is. */
export function readableFact(label: string, value: string): string {
  return readers[label]?.(value) ?? value;
}
