/** Beside the .pth, under its name. */
export const exportName = 'quantized_model_modelopt.pytorch.onnx';
