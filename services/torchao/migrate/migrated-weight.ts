import { dtypes } from '#engine/formats/dtype.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';
import type { TensorStorage } from '#engine/formats/pth/pickle/value.ts';
import { asFloat32 } from '#engine/numerics/as-float32.ts';
import type { CopyJob, ZerosJob } from '#engine/transfer/jobs.ts';
import { sourceOf } from '../copied-tensors.ts';
import type { QuantizedWeight } from '../quantized-weight.ts';
import { blockOfScales, type OldWeight, unsupported } from './old-weight.ts';

/** A weight of the new file and the copies that fill it. */
export type MigratedWeight = { readonly weight: QuantizedWeight; readonly jobs: readonly (CopyJob | ZerosJob)[] };

const kinds = { int8: 'int8', float8_e4m3fn: 'fp8_e4m3fn', float8_e5m2: 'fp8_e5m2' } as const;
const isScaleDtype = (dtype: string): dtype is 'float32' | 'bfloat16' | 'float16' => scaleDtypes.has(dtype);
const scaleDtypes: ReadonlySet<string> = new Set(['float32', 'bfloat16', 'float16']);

/**
 * The same weight in 0.18's classes: the values as they are, scales widened to float32, which loses nothing.
 * Errors: UNSUPPORTED for what they cannot say: zero points other than 0, which their matrix product leaves out.
 */
export async function migratedWeight(checkpoint: Checkpoint, old: OldWeight): Promise<MigratedWeight> {
  const { name, qdata, scale, zeroPoint } = old;
  const kind = Object.entries(kinds).find(([dtype]) => dtype === qdata.dtype)?.[1];
  if (!kind) throw unsupported(name, `holds ${qdata.dtype}`);
  const scaleDtype = scale.dtype;
  if (!isScaleDtype(scaleDtype)) throw unsupported(name, `has scales of ${scaleDtype}`);
  if (zeroPoint) await requireZeros(checkpoint, { name, zeroPoint });
  const [rows = 0, cols = 0] = qdata.shape;
  const count = elementCount(scale.shape);
  const values: TensorStorage = { dtype: qdata.dtype, length: rows * cols };
  const scales: TensorStorage = { dtype: 'float32', length: count };
  const zeros: TensorStorage | null = kind === 'int8' ? { dtype: 'int8', length: count } : null;
  const wide = async () => bytesOf(asFloat32(await checkpoint.read(scale), scaleDtype));
  return {
    weight: {
      kind,
      dtype: checkpoint.quantized.get(name)?.dtype ?? 'float32',
      rows,
      cols,
      block: blockOfScales(old),
      qdata: values,
      scale: scales,
      zeroPoint: zeros,
      attributes: 'torchao-0.18',
    },
    jobs: [
      { kind: 'copy', name: qdata.name, source: sourceOf(checkpoint, qdata), to: values },
      { kind: 'copy', name: scale.name, source: { kind: 'memory', read: wide }, to: scales },
      ...(zeros ? [{ kind: 'zeros', to: zeros } as const] : []),
    ],
  };
}

type Points = { readonly name: string; readonly zeroPoint: CheckpointTensor };

async function requireZeros(checkpoint: Checkpoint, { name, zeroPoint }: Points): Promise<void> {
  const bytes = await checkpoint.read(zeroPoint);
  const at = bytes.findIndex((byte) => byte !== 0);
  if (at < 0) return;
  const element = Math.floor(at / dtypes[zeroPoint.dtype].bytes);
  throw unsupported(name, `has a zero point other than 0 at ${element}, which torchao 0.18 leaves out of its product`);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
