import { createHash } from 'node:crypto';
import type { CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';

/** The weights of the named modules as test/golden/make_torchao.py digests them; null for one that is not quantized. */
export async function digestsOf(path: string, names: readonly string[]): Promise<readonly (string | null)[]> {
  const checkpoint = await openCheckpoint(path, 'result.pth');
  try {
    const tensors = new Map(checkpoint.tensors.map((tensor) => [tensor.name, tensor]));
    return await Promise.all(
      names.map(async (name) => {
        const whole = checkpoint.quantized.get(`${name}.weight`);
        const scale = tensors.get(`${name}.weight.scale`);
        if (!whole || !scale) return null;
        const { class: path, dtype, shape } = whole;
        const kind = path.slice(path.lastIndexOf('.') + 1);
        const hash = createHash('sha256');
        hash.update(`${kind} ${dtype} [${shape.join(', ')}] scale ${scale.dtype} [${scale.shape.join(', ')}]\n`);
        for (const part of ['qdata', 'scale', 'zero_point']) {
          const tensor = tensors.get(`${name}.weight.${part}`);
          if (tensor) hash.update(usualNan(tensor, await checkpoint.read(tensor)));
        }
        return hash.digest('hex').slice(0, 16);
      }),
    );
  } finally {
    await checkpoint.close();
  }
}

/** Which of the many NaN a scale is depends on the CPU that torch ran on. */
function usualNan({ name, dtype }: CheckpointTensor, bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  if (!name.endsWith('scale')) return bytes;
  const wide = dtype === 'float32';
  const words = wide ? new Uint32Array(bytes.buffer) : new Uint16Array(bytes.buffer);
  const [infinity, nan] = wide ? [0x7f800000, 0x7fc00000] : dtype === 'bfloat16' ? [0x7f80, 0x7fc0] : [0x7c00, 0x7e00];
  const magnitude = wide ? 2 ** 31 : 2 ** 15;
  for (const [i, word] of words.entries()) if (word % magnitude > infinity) words[i] = nan;
  return bytes;
}
