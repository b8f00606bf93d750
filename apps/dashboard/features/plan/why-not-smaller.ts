type Layer = { readonly class: string; readonly verdict: string; readonly shape: readonly number[] };

type Plan = {
  readonly backend: string;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly layers: readonly Layer[];
};

/** From this share of the bytes before on, people wonder what quantization was for. */
const hardlySmaller = 0.97;

/** Weights of a tensor below which its scales and its entry in the file weigh about as much as what is saved. */
const few = 4096;

/** Why a backend's file is about as large as the model it was made from; null where it is smaller, or where the plan does not tell. */
export function whyNotSmaller(plan: Plan): string | null {
  return plan.bytesAfter >= hardlySmaller * plan.bytesBefore
    ? (whyByBackend[plan.backend]?.(plan.layers) ?? null)
    : null;
}

const whyByBackend: Readonly<Record<string, (layers: readonly Layer[]) => string | null>> = {
  torchao: whyWeightsStay,
  'modelopt.pytorch': () => 'The file keeps float weights beside the scales; it shows accuracy, not size.',
  'modelopt.onnx': () =>
    'Weights stay float32 before their Q/DQ nodes; the gain comes when TensorRT builds the engine.',
};

/** Where most of the weights of the model are decides what is said. */
function whyWeightsStay(layers: readonly Layer[]): string | null {
  const quantized = layers.filter(({ verdict }) => verdict === 'QUANTIZED');
  if (quantized.length === 0) return null;
  const kept = layers.filter(({ verdict }) => verdict !== 'QUANTIZED');
  const half = weightsOf(layers) / 2;
  if (weightsOf(kept.filter((layer) => layer.class !== 'Linear')) > half)
    return 'Only Linear layers get smaller; this model keeps most of its weight elsewhere.';
  if (weightsOf(kept) > half)
    return 'Most of the weight is in layers that stay as they are; the table says why for each.';
  if (weightsOf(quantized) < few * quantized.length)
    return 'The quantized layers are so small that their scales, and what the file says of each, take up what is saved.';
  return null;
}

function weightsOf(layers: readonly Layer[]): number {
  return layers.reduce(
    (sum, { shape }) => sum + (shape.length > 0 ? shape.reduce((all, side) => all * side, 1) : 0),
    0,
  );
}
