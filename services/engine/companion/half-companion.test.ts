import { expect, onTestFinished, test } from 'vitest';
import { type CompanionKind, companionKinds, type ParityNet, parityFile } from '#kit/parity-net.ts';
import { heldTensors } from '../formats/onnx/held-tensors.fixture.ts';
import type { OnnxModel } from '../formats/onnx/model.ts';
import { readOnnxModel } from '../formats/onnx/read.ts';
import type { Checkpoint } from '../formats/pth/checkpoint.ts';
import { openCheckpoint } from '../formats/pth/open.ts';
import { convertTensor, type FloatDtype, floatsOf } from '../graph/precision/convert-tensor.ts';
import { toHalf } from '../graph/precision/to-half.ts';
import { numberToFloat16 } from '../numerics/float16.ts';
import { computedCompanion } from './computed-companion.ts';
import { matchCompanion } from './match-companion.ts';

/** What a converter to half precision makes of an export; `direct`: the inputs too, as after `.half()`. */
function half(model: OnnxModel, dtype: 'float16' | 'bfloat16', io: 'direct' | 'kept'): OnnxModel {
  return toHalf(model, {
    dtype,
    keptOps: new Set(),
    directIo: io === 'direct',
    typeOf: () => 'float32',
    compat: null,
  });
}

const double = (model: OnnxModel): OnnxModel => ({
  ...model,
  graph: {
    ...model.graph,
    initializers: model.graph.initializers.map((tensor) =>
      tensor.dtype === 'float32' ? convertTensor(tensor, 'float64', 'cast') : tensor,
    ),
  },
});

const conversions: Readonly<Record<string, (model: OnnxModel) => OnnxModel>> = {
  float16: (model) => half(model, 'float16', 'kept'),
  'float16 with its inputs': (model) => half(model, 'float16', 'direct'),
  bfloat16: (model) => half(model, 'bfloat16', 'kept'),
  float64: double,
};

async function matched(net: ParityNet, kind: CompanionKind, changes: Changes) {
  const file = parityFile(`${net}.pth`);
  const checkpoint = await openCheckpoint(file.path, file.name);
  onTestFinished(() => checkpoint.close());
  const model = await readOnnxModel(parityFile(`${net}${companionKinds[kind]}`));
  const { graph = (given: OnnxModel) => given, weights = (given: Checkpoint) => given } = changes;
  return { model, checkpoint, companion: await matchCompanion(weights(checkpoint), graph(model), 'converted.onnx') };
}

type Changes = { graph?: (model: OnnxModel) => OnnxModel; weights?: (checkpoint: Checkpoint) => Checkpoint };

const cases = Object.keys(conversions).flatMap((conversion) =>
  (['plain', 'folded', 'dynamo'] as const).flatMap((kind) =>
    (['convbn', 'mlp', 'mobile'] as const).map((net) => ({ conversion, kind, net })),
  ),
);

test.each(cases)(
  '$net, $kind, in $conversion: the same weights, computed in float32',
  async ({ conversion, kind, net }) => {
    const original = await matched(net, kind, {});
    const { companion } = await matched(net, kind, { graph: conversions[conversion] });
    const places = ({ weights }: typeof companion) =>
      weights.map(({ tensor, transformation: { fold, isTransposed } }) => [tensor, fold?.batchNorm, isTransposed]);
    expect(places(companion)).toEqual(places(original.companion));
    const { inputs, outputs, initializers } = companion.graph.graph;
    const types = [...inputs, ...outputs, ...initializers].map(({ dtype }) => dtype);
    expect(types.filter((dtype) => dtype !== 'float32' && dtype !== 'int64')).toEqual([]);
    expect(
      companion.warnings.filter((warning) => warning.startsWith('converted.onnx has its weights in')),
    ).toHaveLength(1);
  },
);

test('the weights that the conversion rounded are the checkpoint’s again', async () => {
  const { model, checkpoint, ...found } = await matched('convbn', 'plain', { graph: conversions.float16 });
  const companion = await computedCompanion(found.companion, checkpoint, heldTensors);
  const values = (from: OnnxModel) => new Map(from.graph.initializers.map((tensor) => [tensor.name, tensor] as const));
  const [before, after] = [values(model), values(companion.graph)];
  for (const name of ['stem.weight', 'fc.weight']) {
    const [wanted, got] = [before.get(name), after.get(name)];
    expect(got && floatsOf(got)).toEqual(wanted && floatsOf(wanted));
  }
  const [bias, rounded] = [before.get('fc.bias'), after.get('fc.bias')];
  expect(rounded && floatsOf(rounded)).not.toEqual(bias && floatsOf(bias));
});

test('weights of another epoch are refused in half precision too', async () => {
  const nudged = (checkpoint: Checkpoint): Checkpoint => ({
    ...checkpoint,
    async read(tensor) {
      const bytes = await checkpoint.read(tensor);
      if (tensor.name === 'fc.weight') new Float32Array(bytes.buffer)[3] = 1;
      return bytes;
    },
  });
  await expect(matched('convbn', 'plain', { graph: conversions.float16, weights: nudged })).rejects.toMatchObject({
    code: 'GRAPH_MISMATCH',
    message: expect.stringMatching(/^fc\.weight of the checkpoint and fc\.weight of converted\.onnx differ by up to/),
  });
});

/** A checkpoint that was saved in another type than the network was exported in. */
function savedAs(dtype: 'float16' | 'float64', encode: (values: Float32Array) => ArrayBufferView<ArrayBuffer>) {
  return (checkpoint: Checkpoint): Checkpoint => {
    const tensors = checkpoint.tensors.map((tensor) => (tensor.dtype === 'float32' ? { ...tensor, dtype } : tensor));
    const originals = new Map(tensors.map((tensor, i) => [tensor, checkpoint.tensors[i]] as const));
    return {
      ...checkpoint,
      tensors,
      async read(tensor) {
        const original = originals.get(tensor) ?? tensor;
        const bytes = await checkpoint.read(original);
        if (original.dtype !== 'float32') return bytes;
        const { buffer, byteOffset, byteLength } = encode(new Float32Array(bytes.buffer));
        return new Uint8Array(buffer, byteOffset, byteLength);
      },
    };
  };
}

/** The network after `.half()`, exported in float32. */
const rounded = (model: OnnxModel, dtype: FloatDtype): OnnxModel => ({
  ...model,
  graph: {
    ...model.graph,
    initializers: model.graph.initializers.map((tensor) =>
      tensor.dtype === 'float32' ? convertTensor(convertTensor(tensor, dtype, 'cast'), 'float32', 'cast') : tensor,
    ),
  },
});

test.each([
  ['float16', savedAs('float16', (values) => Uint16Array.from(values, numberToFloat16)), 'float16'],
  ['float64', savedAs('float64', (values) => Float64Array.from(values)), 'float64'],
] as const)('a checkpoint in %s and an export in float32 are the same network', async (_, weights, dtype) => {
  const { companion } = await matched('mlp', 'plain', { weights, graph: (model) => rounded(model, dtype) });
  expect(companion.weights).toHaveLength(4);
  expect(companion.warnings).toEqual([]);
});
