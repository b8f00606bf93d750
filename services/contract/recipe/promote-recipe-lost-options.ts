import type { TorchSettings } from './modelopt-pytorch-request.ts';

/** What options of modelopt.pytorch say that modelopt.onnx has no word for. */
export function lostOptionsOfTorch(settings: TorchSettings): readonly string[] {
  const { method, module_classes, modelopt_version, compress, compat } = settings;
  return [
    ...(method === 'smoothquant' ? ['smoothquant works on PyTorch modules; ranges are found with max instead.'] : []),
    ...(module_classes.length > 0 ? ['module_classes: a graph tells its operators itself.'] : []),
    ...(compress ? ['compress: dq_only stores weights as integers or FP8 in an ONNX model.'] : []),
    ...(modelopt_version === '0.47' ? [] : [`modelopt_version ${modelopt_version}: no ModelOpt reads the result.`]),
    ...(compat === null
      ? []
      : [
          `compat ${compat}: layers that no rule names stay as they are, and weights have a scale for each output channel.`,
        ]),
  ];
}
