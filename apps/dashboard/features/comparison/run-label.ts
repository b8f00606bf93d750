export function runLabel(number: number, name: string): string {
  return `#${number} ${name.length > 28 ? `${name.slice(0, 27)}…` : name}`;
}
