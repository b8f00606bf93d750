/** How the quantized network rounds what a module is called with: one amax for the tensor. */
export type InputQuantizer = {
  readonly module: string;
  /** Of a recurrent module, which has one for each layer and direction; it rounds x and the state before. Others: null. */
  readonly layer: RecurrentLayer | null;
  readonly format: InputFormat;
  readonly amax: number;
  /** SmoothQuant's `_pre_quant_scale`, which the input's last axis is multiplied with before; null: none. */
  readonly preScale: Float32Array | null;
};

export type RecurrentLayer = {
  /** Among the stacked layers, from 0. */
  readonly layer: number;
  readonly direction: 'forward' | 'reverse';
};

export type InputFormat = 'int8' | 'fp8_e4m3fn';
