const formatAtEnd =
  /\s*(\((onnx|pytorch|torch|pth|pt2?|safetensors|checkpoint)\)|\.(onnx|pth|pt2?|ckpt|safetensors))$/i;

/** “digits (PyTorch)” and “digits.onnx” are “digits”: what is made of a model often has another format. */
export function modelWithoutFormat(name: string): string {
  const bare = name.replace(formatAtEnd, '');
  return bare === '' ? name : bare;
}
