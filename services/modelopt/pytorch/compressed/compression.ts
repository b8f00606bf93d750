import type { QuantizeJob } from '#contract/backend.ts';
import { torchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';
import type { WeightSource } from '#engine/companion/weights/weight-source.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import { tensor } from '#engine/formats/pth/pickle/build.ts';
import type { PyTensor } from '#engine/formats/pth/pickle/value.ts';
import { isFloating } from '#engine/numerics/as-float32.ts';
import type { Network } from '../network/network.ts';
import { type Amax, type Buffers, quantizerName } from '../quantizer.ts';
import { packWeight } from './pack-weight.ts';
import { type PackableQuantizer, packableQuantizers, unpackableModules } from './packable.ts';
import { packedScale } from './packed-scale.ts';

/** What the file holds in the place of float weights. */
export type Compression = {
  /** By tensor name, in the checkpoint's shape; each is packed when the writer reaches it. */
  readonly weights: ReadonlyMap<string, PyTensor>;
  /** `_scale` by quantizer name. */
  readonly scales: ReadonlyMap<string, Amax>;
  /** Modules with quantized weights that stay as they are. */
  readonly left: readonly string[];
  readonly deviations: readonly string[];
};

type Found = {
  readonly buffersOf: ReadonlyMap<string, Buffers>;
  /** As the algorithm left them. */
  readonly weights: WeightSource;
};

/** null where the recipe leaves weights as floating-point numbers. */
export function compression(
  job: QuantizeJob,
  { decided: { decisions } }: Network,
  { buffersOf, weights: current }: Found,
): Compression | null {
  const { compress, method } = torchSettings(job.recipe);
  if (!compress) return null;
  const weights = new Map<string, PyTensor>();
  const scales = new Map<string, Amax>();
  const zeros: string[] = [];
  for (const quantizer of packableQuantizers(decisions)) {
    const { weight, format } = quantizer;
    const amax = buffersOf.get(quantizerName(quantizer))?._amax;
    if (!amax || !isFloating(weight.dtype)) continue;
    const { dtype } = weight;
    const scale = packedScale(amax, format, dtype);
    scales.set(quantizerName(quantizer), scale);
    if (format === 'fp8_e4m3fn' && scale.values.includes(0)) zeros.push(quantizer.module);
    const bytes = async () => {
      job.signal.throwIfAborted();
      return packWeight({ values: await current.read(weight.name), scales: scale.values, format, dtype });
    };
    weights.set(weight.name, storedWeight(quantizer, bytes));
  }
  const isChosen = method === 'mse' && [...weights.values()].some(({ storage }) => storage.dtype === 'int8');
  return {
    weights,
    scales,
    left: unpackableModules(decisions),
    deviations: [...(isChosen ? [keepsMse] : []), ...zeros.map(keepsZeros)],
  };
}

function storedWeight({ weight, format }: PackableQuantizer, bytes: () => Promise<Uint8Array>): PyTensor {
  return tensor(weight.shape, { dtype: dtypes[format], length: elementCount(weight.shape), bytes });
}

const dtypes = { int8: 'int8', fp8_e4m3fn: 'float8_e4m3fn' } as const;

const keepsMse = 'Packed INT8 weights keep the amax that mse chose; mtq.compress takes the largest magnitude again.';

const keepsZeros = (module: string): string =>
  `The weight of ${module}, or a channel of it, has the scale 0 and is 0 in FP8; mtq.compress divides by that zero and stores NaN.`;
