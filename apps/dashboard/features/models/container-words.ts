const words: Readonly<Record<string, string>> = {
  zip: 'Zip archive, as torch.save writes it since PyTorch 1.6',
  legacy: 'Legacy stream, as torch.save wrote it before PyTorch 1.6',
  tar: 'Tar archive of the first PyTorch releases',
  torchscript: 'TorchScript archive: weights and names are read, its code is not',
  pt2: 'Exported program (.pt2): weights and names are read, its graph is not',
  safetensors: 'safetensors: a header in JSON, then the tensors',
  protobuf: 'ONNX protobuf',
};

/** What an inspection calls a container, for people; a word nobody wrote down here stands as it is. */
export function containerWords(container: string): string {
  return words[container] ?? container;
}
