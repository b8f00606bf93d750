import type { PyTensor } from '#engine/formats/pth/pickle/value.ts';
import type { QuantizedWeight } from './quantized-weight.ts';

/** One line of the state dict that is written. */
export type Entry =
  | { readonly kind: 'plain'; readonly name: string; readonly tensor: PyTensor }
  | { readonly kind: 'quantized'; readonly name: string; readonly weight: QuantizedWeight };
