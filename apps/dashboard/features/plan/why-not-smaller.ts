const whyByBackend: Readonly<Record<string, string>> = {
  torchao: 'Only Linear layers get smaller; this model keeps most of its weight elsewhere.',
  'modelopt.pytorch': 'The file keeps float weights beside the scales; it shows accuracy, not size.',
  'modelopt.onnx': 'Weights stay float32 before their Q/DQ nodes; the gain comes when TensorRT builds the engine.',
};

/** From this share of the bytes before on, people wonder what quantization was for. */
const hardlySmaller = 0.97;

/** Why a backend's file is about as large as the model it was made from; null where it is smaller. */
export function whyNotSmaller({ backend, bytesBefore, bytesAfter }: Sizes): string | null {
  return bytesAfter >= hardlySmaller * bytesBefore ? (whyByBackend[backend] ?? null) : null;
}

type Sizes = { readonly backend: string; readonly bytesBefore: number; readonly bytesAfter: number };
