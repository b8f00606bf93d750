/** The name TAO Quant gives it. */
export const outputName = 'quantized_model_modelopt.pytorch.pth';
