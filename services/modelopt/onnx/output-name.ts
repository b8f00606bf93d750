export const outputName = 'quantized_model.onnx';
