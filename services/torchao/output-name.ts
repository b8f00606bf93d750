/** What TAO Quant calls it. */
export const outputName = 'quantized_model_torchao.pth';
