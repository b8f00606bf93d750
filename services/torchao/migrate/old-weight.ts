import { InputError } from '#contract/failure.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { Checkpoint, CheckpointTensor } from '#engine/formats/pth/checkpoint.ts';

/** A weight [rows, cols] as some release of torchao wrote it. */
export type OldWeight = {
  readonly name: string;
  /** Without the module. */
  readonly class: string;
  readonly qdata: CheckpointTensor;
  readonly scale: CheckpointTensor;
  readonly zeroPoint: CheckpointTensor | null;
};

/**
 * Where the classes keep their tensors. 0.13 to 0.17 wrote AffineQuantizedTensor for INT8, with a second subclass
 * inside; 0.15 and later also Int8Tensor; all of them Float8Tensor.
 */
const layouts: ReadonlyMap<string, { readonly inside: string; readonly qdata: string }> = new Map([
  ['torchao.dtypes.affine_quantized_tensor.AffineQuantizedTensor', { inside: 'tensor_impl.', qdata: 'int_data' }],
  ['torchao.quantization.Int8Tensor', { inside: '', qdata: 'qdata' }],
  ['torchao.quantization.Float8Tensor', { inside: '', qdata: 'qdata' }],
]);

/** The quantized weights of a checkpoint, by the names of their parts in it. Errors: UNSUPPORTED for classes and attributes that have no counterpart. */
export function oldWeights({ quantized, tensors }: Checkpoint): readonly OldWeight[] {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const parts = partCounts(tensors, quantized);
  return [...quantized].map(([name, { class: path, shape, quantizesInputs }]) => {
    const layout = layouts.get(path);
    if (!layout) throw unsupported(name, `is a ${path}, which torchao 0.18 has no counterpart for`);
    if (quantizesInputs)
      throw unsupported(name, `is a ${path} that quantizes what its layer takes in (act_quant_kwargs)`);
    const part = (leaf: string) => byName.get(`${name}.${layout.inside}${leaf}`) ?? null;
    const [qdata, scale, zeroPoint] = [part(layout.qdata), part('scale'), part('zero_point')];
    const known = [qdata, scale, zeroPoint].filter((one) => one !== null).length;
    if (!qdata || !scale || known !== parts.get(name))
      throw unsupported(name, `is a ${path} with other tensors than weights and scales`);
    if (shape.length !== 2 || String(shape) !== String(qdata.shape))
      throw unsupported(name, `packs its values of [${shape.join(', ')}] into [${qdata.shape.join(', ')}]`);
    return { name, class: path.slice(path.lastIndexOf('.') + 1), qdata, scale, zeroPoint };
  });
}

/** How many tensors stand below each quantized one. */
function partCounts(
  tensors: readonly CheckpointTensor[],
  quantized: Checkpoint['quantized'],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of tensors) {
    const owner = ownerOf(name, quantized);
    if (owner !== null) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return counts;
}

/** The quantized tensor that a part belongs to; null for a plain tensor. */
export function ownerOf(name: string, quantized: Checkpoint['quantized']): string | null {
  for (let end = name.indexOf('.'); end > 0; end = name.indexOf('.', end + 1)) {
    const owner = name.slice(0, end);
    if (quantized.has(owner)) return owner;
  }
  return null;
}

/** One scale for each row, for the tensor, or for each group: what the shape of the scales says. */
export function blockOfScales({ name, qdata, scale }: OldWeight): { readonly rows: number; readonly cols: number } {
  const [rows = 0, cols = 0] = qdata.shape;
  const [across = rows, along = 1] = scale.shape;
  if (elementCount(scale.shape) === 1 && scale.shape.length < 2) return { rows, cols };
  const block = { rows: rows / across, cols: cols / along };
  if (scale.shape.length <= 2 && Number.isInteger(block.rows) && Number.isInteger(block.cols)) return block;
  throw unsupported(name, `has scales of [${scale.shape.join(', ')}] for values of [${rows}, ${cols}]`);
}

export function unsupported(name: string, what: string): InputError {
  return new InputError('UNSUPPORTED', `${name} ${what}`, {
    remedy: 'What can be brought to 0.18 are INT8 and FP8 weights; quantize the float checkpoint again.',
  });
}
