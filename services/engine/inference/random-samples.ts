import { InputError } from '#contract/failure.ts';
import type { Dtype } from '#engine/formats/dtype.ts';
import { elementCount } from '#engine/formats/element-count.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';
import { numberToFloat16 } from '#engine/numerics/float16.ts';
import { fixedBatchOf } from './match-arrays.ts';
import type { SampleSource } from './sample-source.ts';
import { seededRandom } from './seeded-random.ts';
import type { TensorValue } from './tensor-value.ts';

/**
 * One batch of noise, as ModelOpt makes it where it gets no data, but the same for the same seed: floats in [0, 1),
 * integers by the name of the input (`ids` below 50,000, `mask` 0 or 1, others below 100), open dimensions 1.
 * Errors: UNSUPPORTED for an input whose type or shape is not known; LIMIT_EXCEEDED for one of more than 2^28 elements.
 */
export function randomSamples(ports: readonly OnnxPort[], seed: number): SampleSource {
  const samples = fixedBatchOf(ports) ?? 1;
  const random = seededRandom(seed);
  const values = new Map(ports.map((port) => [port.name, noise(port, random)]));
  return {
    name: 'the random data',
    samples,
    random: true,
    inseparable: samples,
    idOf: (sample) => `random ${sample}`,
    read: async () => values,
    readLabels: async () => null,
    close: async () => {},
  };
}

function noise(port: OnnxPort, random: () => number): TensorValue {
  const make = port.dtype && makers[port.dtype];
  if (!make || !port.shape || !port.dtype)
    throw new InputError(
      'UNSUPPORTED',
      `No random data can be made for the input ${port.name}: its ${make ? 'shape' : 'type'} is not known here.`,
      { remedy: 'Give calibration data.' },
    );
  const shape = port.shape.map((dimension) => (typeof dimension === 'number' && dimension > 0 ? dimension : 1));
  const elements = elementCount(shape);
  if (elements > mostElements)
    throw new InputError(
      'LIMIT_EXCEEDED',
      `No random data can be made for the input ${port.name} of shape [${shape.join(', ')}]: that is ${elements} elements, and at most ${mostElements} are made.`,
      { remedy: 'Give calibration data.' },
    );
  const limit = /ids/.test(port.name) ? 50_000 : /mask/.test(port.name) ? 2 : 100;
  const array = make(elements, random, limit);
  return { dtype: port.dtype, shape, bytes: new Uint8Array(array.buffer) };
}

/** A gibibyte of float32. */
const mostElements = 2 ** 28;

type Maker = (length: number, random: () => number, limit: number) => { readonly buffer: ArrayBuffer };

/** Small types hold what fits them. */
const makers: Partial<Record<Dtype, Maker>> = {
  float32: (length, random) => Float32Array.from({ length }, random),
  float64: (length, random) => Float64Array.from({ length }, random),
  float16: (length, random) => Uint16Array.from({ length }, () => numberToFloat16(Math.fround(random()))),
  int64: (length, random, limit) => BigInt64Array.from({ length }, () => BigInt(Math.floor(random() * limit))),
  int32: (length, random, limit) => Int32Array.from({ length }, () => random() * limit),
  int16: (length, random, limit) => Int16Array.from({ length }, () => random() * Math.min(limit, 32_768)),
  int8: (length, random, limit) => Int8Array.from({ length }, () => random() * Math.min(limit, 128)),
  uint8: (length, random, limit) => Uint8Array.from({ length }, () => random() * Math.min(limit, 256)),
  bool: (length, random) => Uint8Array.from({ length }, () => random() * 2),
};
