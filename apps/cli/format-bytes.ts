const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** 734133 → “734.1 kB”: decimal units, as file managers and clouds count. */
export function formatBytes(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
