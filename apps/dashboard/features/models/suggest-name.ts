/** A name for the model in a file: the file's own without its ending, or with it where a model has that name already. */
export function suggestName(fileName: string, taken: readonly string[]): string {
  const plain = fileName.replace(/\.[^.]+$/, '');
  return taken.includes(plain) ? fileName : plain;
}
