const longestKey = 1024;
const longestSegment = 255;

/** Throws a sentence unless `key` names a file inside the store, whatever the driver makes of paths. */
export function assertKey(key: string): void {
  if (key.length > longestKey) throw new Error(`A key has ${key.length} characters; the store takes ${longestKey}`);
  for (const segment of key.split('/')) {
    const why = fault(segment);
    if (why) throw new Error(`${JSON.stringify(key)} is not a key of the artifact store: ${why}`);
  }
}

function fault(segment: string): string | null {
  if (segment === '') return 'a segment is empty';
  if (segment === '.' || segment === '..') return `a segment is ${segment}`;
  if (segment.includes('\\')) return 'it has a backslash';
  if (hasControlCharacter(segment)) return 'it has a control character';
  const bytes = Buffer.byteLength(segment);
  return bytes > longestSegment ? `a segment has ${bytes} bytes; the store takes ${longestSegment}` : null;
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) < 32) return true;
  return false;
}
