import { type ExpectedQuantizer, expectedOf, type ParityNet } from '#kit/parity-net.ts';
import { elementCount } from '../../formats/element-count.ts';
import type { Checkpoint } from '../../formats/pth/checkpoint.ts';
import { fakeFloat8Factors, fakeQuantFactors } from '../../numerics/fake-quant-factors.ts';
import { fakeQuantizeFloat8Rows, fakeQuantizeRows } from '../../numerics/reference/fake-quantize.ts';
import type { InputQuantizer } from '../input-quantizer.ts';
import { readWeight } from '../read-weight.ts';
import { heldWeights } from '../weights/weight-source.ts';
import type { QuantizedNetwork } from './quantized-graph.ts';

/** The weights and inputs of a case of test/fixtures/modelopt-nets, rounded with the amax that ModelOpt found. */
export async function expectedQuantization(
  net: ParityNet,
  given: string,
  checkpoint: Checkpoint,
): Promise<QuantizedNetwork> {
  const { cases } = await expectedOf(net);
  const { quantizers = {}, changed = [] } = cases[given] ?? {};
  const replacements = new Map<string, Float32Array>();
  const smoothing = smoothingOf(quantizers);
  for (const tensor of checkpoint.tensors) {
    if (!/\.weight(_|$)/.test(tensor.name)) continue;
    const module = tensor.name.slice(0, tensor.name.lastIndexOf('.'));
    const leaf = tensor.name.slice(module.length + 1);
    const quantizer = quantizers[`${module}.${leaf === 'weight' ? '' : `${leaf}_`}weight_quantizer`];
    const scales = smoothing.get(module) ?? (changed.includes(tensor.name) ? smoothing.get(tiedTo) : undefined);
    if (!quantizer?.amax && !scales) continue;
    const values = await readWeight(checkpoint, tensor);
    const smoothed = scales ? values.map((value, i) => value / (scales[i % scales.length] ?? 1)) : values;
    replacements.set(tensor.name, quantizer?.amax ? fakeQuantized(smoothed, quantizer) : smoothed);
  }
  return { replacements: heldWeights(replacements), inputs: inputsOf(quantizers) };
}

type Quantizers = { readonly [name: string]: ExpectedQuantizer };

/** The Linear that shares its weight with the embedding of `embed`, which is smoothed with it. */
const tiedTo = 'decoder';

function smoothingOf(quantizers: Quantizers): ReadonlyMap<string, Float32Array> {
  return new Map(
    Object.entries(quantizers).flatMap(([name, quantizer]) =>
      quantizer?.preQuantScale
        ? [[name.replace('.input_quantizer', ''), floatsOf(quantizer.preQuantScale.bytes)] as const]
        : [],
    ),
  );
}

function inputsOf(quantizers: Quantizers): InputQuantizer[] {
  return Object.entries(quantizers).flatMap(([name, quantizer]): InputQuantizer[] => {
    const parts = /^(.*)\.(?:layer_(\d+)(_reverse)?_)?input_quantizer$/.exec(name);
    if (!parts || !quantizer?.amax) return [];
    const [, module = '', layer, reverse] = parts;
    const scale = quantizer.preQuantScale;
    return [
      {
        module,
        layer: layer === undefined ? null : { layer: Number(layer), direction: reverse ? 'reverse' : 'forward' },
        format: isInt8(quantizer) ? 'int8' : 'fp8_e4m3fn',
        amax: floatsOf(quantizer.amax.bytes)[0] ?? 0,
        preScale: scale ? floatsOf(scale.bytes) : null,
      },
    ];
  });
}

const isInt8 = ({ numBits }: NonNullable<ExpectedQuantizer>): boolean => numBits === 8;

function fakeQuantized(values: Float32Array, quantizer: NonNullable<ExpectedQuantizer>): Float32Array {
  const amax = floatsOf(quantizer.amax?.bytes ?? '');
  const rows = elementCount(quantizer.amax?.shape ?? []);
  const matrix = { values, rows, cols: values.length / rows };
  return isInt8(quantizer)
    ? fakeQuantizeRows({ ...matrix, ...fakeQuantFactors(amax) })
    : fakeQuantizeFloat8Rows({ ...matrix, ...fakeFloat8Factors(amax) });
}

function floatsOf(hexadecimal: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(hexadecimal, 'hex')).buffer);
}
