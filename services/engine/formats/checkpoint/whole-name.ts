import type { Checkpoint } from '../pth/checkpoint.ts';

/** The name that the state dict has for a tensor: its own, or that of the tensor that it is a part of. */
export function wholeName(name: string, { quantized, composed }: Pick<Checkpoint, 'quantized' | 'composed'>): string {
  if (quantized.size === 0 && composed.size === 0) return name;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const prefix = name.slice(0, dot);
    if (quantized.has(prefix) || composed.has(prefix)) return prefix;
  }
  return name;
}
