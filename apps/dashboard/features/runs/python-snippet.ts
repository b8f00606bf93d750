/** The shortest Python that loads what a backend wrote, with the real library. */
export function pythonSnippet(backend: string, file: string): string | null {
  switch (backend) {
    case 'torchao':
      return [
        'import torch, torchao  # torchao makes its tensor types known to torch.load',
        '',
        `state = torch.load("${file}", weights_only=True)`,
        'model.load_state_dict(state, assign=True)  # model: the float network, built as in training',
      ].join('\n');
    case 'modelopt.pytorch':
      return [
        'import modelopt.torch.opt as mto',
        '',
        `model = mto.restore(model, "${file}")  # model: the float network, built as in training`,
      ].join('\n');
    case 'modelopt.onnx':
      return [
        'import onnxruntime as ort',
        '',
        'options = ort.SessionOptions()',
        "# ONNX Runtime's CPU fuses Q/DQ into integer kernels that round differently; for the numbers of this page:",
        'options.add_session_config_entry("session.disable_quant_qdq", "1")',
        `session = ort.InferenceSession("${file}", options)`,
        'outputs = session.run(None, {session.get_inputs()[0].name: batch})',
        '',
        `# TensorRT: trtexec --onnx=${file} --stronglyTyped`,
      ].join('\n');
    default:
      return null;
  }
}
