/** A name for the model in a file or folder: its own without the ending of a model file, or with it where a model has that name already. */
export function suggestName(fileName: string, taken: readonly string[]): string {
  const plain = fileName.replace(/(\.(safetensors|bin))?\.index\.json$|\.(pth|pt|ckpt|bin|pt2|safetensors|onnx)$/i, '');
  return taken.includes(plain) ? fileName : plain;
}
