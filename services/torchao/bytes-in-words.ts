const units = ['kB', 'MB', 'GB'] as const;

/** 13800000 → “13.8 MB”: decimal units; small numbers to the byte. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}
