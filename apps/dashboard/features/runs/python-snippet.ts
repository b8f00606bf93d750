export type LoadableModel = {
  readonly backend: string;
  /** The artifact's name. */
  readonly file: string;
  /** The keys that lead from the file's root to the state dict; [] where it is the root. */
  readonly wrapper: readonly string[];
};

/** The shortest Python that loads what a backend wrote, with the real library. Weights are mapped: a large file is not read as a whole. */
export function pythonSnippet(model: LoadableModel): string | null {
  const lines = model.file.endsWith('.onnx') ? inOnnxRuntime : restored[model.backend];
  return lines?.(model).join('\n') ?? null;
}

const built = '# model: the float network, built as in training';

const restored: Readonly<Record<string, (model: LoadableModel) => readonly string[]>> = {
  torchao: (model) => (model.file.endsWith('.safetensors') ? fromSafetensors(model) : fromPth(model)),
  'modelopt.pytorch': ({ file }) => [
    'import modelopt.torch.opt as mto',
    '',
    `model = mto.restore(model, ${quote(file)}, mmap=True)  ${built}`,
  ],
};

function inOnnxRuntime({ file }: LoadableModel): readonly string[] {
  return [
    'import onnxruntime as ort',
    '',
    'options = ort.SessionOptions()',
    "# ONNX Runtime's CPU fuses Q/DQ into integer kernels that round differently; for the numbers of this page:",
    'options.add_session_config_entry("session.disable_quant_qdq", "1")',
    '# It also drops a Relu in front of FP8, which changes the answers.',
    'options.add_session_config_entry("optimization.disable_specified_optimizers", "ReluQuantRewrite")',
    `session = ort.InferenceSession(${quote(file)}, options)`,
    'outputs = session.run(None, {session.get_inputs()[0].name: batch})',
  ];
}

function fromPth({ file, wrapper }: LoadableModel): readonly string[] {
  const imports = ['import torch, torchao  # torchao makes its tensor types known to torch.load', ''];
  if (wrapper.length === 0) {
    return [
      ...imports,
      `state = torch.load(${quote(file)}, weights_only=True, mmap=True)`,
      `model.load_state_dict(state, assign=True)  ${built}`,
    ];
  }
  return [
    ...imports,
    '# Should it refuse a class that was kept beside the weights: torch.serialization.add_safe_globals([TheClass])',
    `checkpoint = torch.load(${quote(file)}, weights_only=True, mmap=True)`,
    `state = checkpoint${wrapper.map((key) => `[${quote(key)}]`).join('')}`,
    '# The names are kept too. model: what the checkpoint was saved from, built as in training; of Lightning the LightningModule',
    'model.load_state_dict(state, assign=True)',
    '# Into the network inside a LightningModule, whose own names have no "model." in front:',
    '# network.load_state_dict({name.removeprefix("model."): value for name, value in state.items()}, assign=True)',
  ];
}

function fromSafetensors({ file }: LoadableModel): readonly string[] {
  return [
    'from safetensors import safe_open',
    'from torchao.prototype.safetensors.safetensors_support import unflatten_tensor_state_dict  # torchao 0.18',
    '',
    `with safe_open(${quote(file)}, framework="pt") as file:`,
    '    tensors = {name: file.get_tensor(name) for name in file.keys()}',
    '    state, rest = unflatten_tensor_state_dict(tensors, file.metadata())  # rest: names without a dot',
    `model.load_state_dict(state | rest, assign=True)  ${built}`,
  ];
}

/** A string of Python: JSON's escapes are Python's too. */
function quote(text: string): string {
  return JSON.stringify(text);
}
