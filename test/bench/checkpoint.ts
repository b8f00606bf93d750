import { orderedDict, tensor } from '#engine/formats/pth/pickle/build.ts';
import { writeCheckpoint } from '#engine/formats/pth/write.ts';
import { numberToBfloat16 } from '#engine/numerics/bfloat16.ts';

export type Linears = {
  readonly layers: number;
  /** Each is [width, width]. */
  readonly width: number;
  readonly dtype: 'float32' | 'bfloat16';
};

/** Writes a state dict of Linears with weights like a trained layer's: a bell of small numbers, the same in every run. */
export async function writeLinears(path: string, { layers, width, dtype }: Linears): Promise<void> {
  const values = Float32Array.from(
    { length: width * width },
    (_, i) => Math.sin(i * 12.9898) * Math.sin(i * 78.233) * 0.05,
  );
  const weight = dtype === 'float32' ? values : Uint16Array.from(values, numberToBfloat16);
  const bytes = async () => new Uint8Array(weight.buffer);
  const entries = Array.from({ length: layers }, (_, layer) => {
    const storage = { dtype, length: width * width, bytes };
    return [`layer_${layer}.weight`, tensor([width, width], storage)] as const;
  });
  await writeCheckpoint(path, orderedDict(entries));
}
