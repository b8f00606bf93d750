import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InputError } from '#contract/failure.ts';
import { demoFile } from '#kit/demo-file.ts';
import { encodeModel } from './encode.ts';
import type { onnx } from './generated/messages.js';
import { inspectOnnx } from './inspect.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from './model.ts';
import { parseOnnxModel, readOnnxModel } from './read.ts';
import { makeTensor } from './tensor.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-onnx-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const relu = node('Relu', ['x'], ['y']);
const weight = makeTensor({ name: 'w', dtype: 'float32', shape: [2] }, new Uint8Array(8));

test('a model of PyTorch’s exporter is read with its ports, weights and nodes', async () => {
  const { path, name } = demoFile('digits-cnn.onnx');
  const summary = inspectOnnx(await readOnnxModel({ path, name }), name);
  expect(summary.inputs).toEqual([{ name: 'input', dtype: 'float32', shape: ['batch', 1, 28, 28] }]);
  expect(summary.outputs).toEqual([{ name: 'logits', dtype: 'float32', shape: ['batch', 10] }]);
  expect(summary.producer).toMatch(/^pytorch/);
  expect(summary.tensors.find((tensor) => tensor.name === 'fc.weight')).toEqual({
    name: 'fc.weight',
    dtype: 'float32',
    shape: [10, 64],
    bytes: 2560,
  });
});

test('what is read and written again is the same model', async () => {
  const { path, name } = demoFile('digits-vit.onnx');
  const model = await readOnnxModel({ path, name });
  const again = parseOnnxModel(encodeModel(model), name);
  expect(Buffer.compare(encodeModel(again), encodeModel(model))).toBe(0);
  expect(again.graph.nodes.length).toBe(model.graph.nodes.length);
});

test('nodes out of order are put in order', () => {
  const nodes = [node('Neg', ['a'], ['y']), node('Relu', ['x'], ['a'])];
  expect(parse({ nodes }).graph.nodes.map(({ op }) => op)).toEqual(['Relu', 'Neg']);
});

const refusals: readonly { what: string; model: Parameters<typeof parse>[0]; code: string; says: RegExp }[] = [
  {
    what: 'nodes in a circle',
    model: { nodes: [node('Relu', ['b'], ['a']), node('Neg', ['a'], ['b']), node('Add', ['a', 'x'], ['y'])] },
    code: 'CORRUPT_FILE',
    says: /3 of the 3 nodes of m\.onnx wait for each other/,
  },
  {
    what: 'an input that nothing makes',
    model: { nodes: [node('Add', ['x', 'ghost'], ['y'])] },
    code: 'CORRUPT_FILE',
    says: /reads ghost, which nothing makes/,
  },
  {
    what: 'a tensor that is made twice',
    model: { nodes: [relu, node('Neg', ['x'], ['y'])] },
    code: 'CORRUPT_FILE',
    says: /y of m\.onnx is made twice/,
  },
  {
    what: 'a node that makes an initializer',
    model: { nodes: [relu, node('Neg', ['x'], ['w'])], initializers: [weight] },
    code: 'CORRUPT_FILE',
    says: /w of m\.onnx is made twice/,
  },
  {
    what: 'an output that nothing makes',
    model: { nodes: [node('Relu', ['x'], ['z'])] },
    code: 'CORRUPT_FILE',
    says: /Nothing in m\.onnx makes its output y/,
  },
  {
    what: 'too few bytes for the shape',
    model: { nodes: [relu], initializers: [tensor({ dims: [3] })] },
    code: 'CORRUPT_FILE',
    says: /\[3\] and type float32 needs 12 bytes; the file has 8/,
  },
  {
    what: 'a negative dimension',
    model: { nodes: [relu], initializers: [tensor({ dims: [-2] })] },
    code: 'CORRUPT_FILE',
    says: /impossible shape \[-2\]/,
  },
  {
    what: 'a shape that no data could fill',
    model: { nodes: [relu], initializers: [tensor({ dims: [1e9, 1e9] })] },
    code: 'CORRUPT_FILE',
    says: /needs 4000000000000000000 bytes/,
  },
  {
    what: 'a weight that is NaN',
    model: {
      nodes: [relu],
      initializers: [
        makeTensor({ name: 'w', dtype: 'float32', shape: [2] }, new Uint8Array(Float32Array.of(1, Number.NaN).buffer)),
      ],
    },
    code: 'CORRUPT_FILE',
    says: /holds NaN \(element 1\)/,
  },
  {
    what: 'an unknown element type',
    model: { nodes: [relu], initializers: [tensor({ dims: [2], dataType: 99 })] },
    code: 'UNSUPPORTED',
    says: /element type 99/,
  },
  {
    what: 'data in another file',
    model: {
      nodes: [relu],
      initializers: [tensor({ dims: [2], externalData: [{ key: 'location', value: '../secret' }] })],
    },
    code: 'UNSUPPORTED',
    says: /keeps its data in another file, and only one file is there/,
  },
  {
    what: 'subgraphs nine deep',
    model: { nodes: [relu, nested(9)] },
    code: 'LIMIT_EXCEEDED',
    says: /more than 8 deep/,
  },
  {
    what: 'functions that call each other',
    model: { nodes: [relu], functions: [fn('F', 'G'), fn('G', 'F')] },
    code: 'UNSAFE_FILE',
    says: /function F of m\.onnx calls G/,
  },
  { what: 'an opset of the future', model: { nodes: [relu], opset: 9999 }, code: 'UNSUPPORTED', says: /opset 9999/ },
];

test.each(refusals)('it refuses $what', ({ model, code, says }) => {
  const error = attempt(() => parse(model));
  expect(error).toMatchObject({ code, message: expect.stringMatching(says) });
});

test.each([
  {
    what: 'a .pth',
    bytes: async () => readFile(demoFile('digits-cnn.pth').path),
    code: 'WRONG_BACKEND',
    says: /\.pth checkpoint/,
  },
  {
    what: 'a safetensors file',
    bytes: async () => readFile(new URL('../../../../test/fixtures/safetensors/tied.safetensors', import.meta.url)),
    code: 'WRONG_BACKEND',
    says: /safetensors file/,
  },
  {
    what: 'the index of a model in several files',
    bytes: async () => Buffer.from('{"weight_map":{"a.weight":"model-1.safetensors"}}'),
    code: 'WRONG_BACKEND',
    says: /index of a model in several files/,
  },
  {
    what: 'a dataset',
    bytes: async () => readFile(demoFile('calibration.npz').path),
    code: 'NOT_A_MODEL',
    says: /NumPy archive/,
  },
  {
    what: 'text',
    bytes: async () => Buffer.from('These are notes.\n'.repeat(9)),
    code: 'NOT_A_MODEL',
    says: /m\.onnx \(153 bytes\) is not an ONNX model: its bytes are not protobuf, from byte 0 on/,
  },
  { what: 'a web page', bytes: async () => Buffer.from('<!doctype html>'), code: 'NOT_A_MODEL', says: /web page/ },
  {
    what: 'a Git LFS pointer',
    bytes: async () => Buffer.from('version https://git-lfs.github.com/spec/v1'),
    code: 'NOT_A_MODEL',
    says: /Git LFS/,
  },
  {
    what: 'a picture',
    bytes: async () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    code: 'NOT_A_MODEL',
    says: /\(PNG\)/,
  },
  {
    what: 'a photograph',
    bytes: async () => Buffer.from('ffd8ffe000104a46494600', 'hex'),
    code: 'NOT_A_MODEL',
    says: /\(JPEG\)/,
  },
  { what: 'a document', bytes: async () => Buffer.from('%PDF-1.7\n'), code: 'NOT_A_MODEL', says: /PDF/ },
  { what: 'an empty file', bytes: async () => Buffer.alloc(0), code: 'NOT_A_MODEL', says: /is empty/ },
  {
    what: 'a truncated model',
    bytes: async () => (await readFile(demoFile('digits-cnn.onnx').path)).subarray(0, 300_000),
    code: 'NOT_A_MODEL',
    says: /\(300000 bytes\) is cut off: its field graph ends at byte \d+, the file has 300000/,
  },
])('it refuses $what', async ({ bytes, code, says }) => {
  const path = join(scratch, 'm.onnx');
  await writeFile(path, await bytes());
  await expect(readOnnxModel({ path, name: 'm.onnx' })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(says),
    remedy: expect.stringMatching(/\.$/),
  });
});

function parse(parts: {
  nodes: OnnxNode[];
  initializers?: OnnxTensor[];
  functions?: onnx.FunctionProto.$Properties[];
  opsets?: OnnxModel['opsets'];
  opset?: number;
}): OnnxModel {
  const port = (name: string) => ({
    name,
    dtype: null,
    shape: null,
    proto: { name, type: { tensorType: { elemType: 1 } } },
  });
  const model: OnnxModel = {
    irVersion: 9,
    opsets: [{ domain: '', version: parts.opset ?? 17 }, ...(parts.opsets ?? [])],
    graph: {
      name: 'g',
      nodes: parts.nodes,
      initializers: parts.initializers ?? [],
      inputs: [port('x')],
      outputs: [port('y')],
      valueInfo: [],
      rest: {},
    },
    rest: { functions: parts.functions ?? [] },
  };
  return parseOnnxModel(encodeModel(model), 'm.onnx');
}

function node(op: string, inputs: string[], outputs: string[]): OnnxNode {
  return { name: `${op}_${outputs[0]}`, op, domain: '', inputs, outputs, attributes: [], rest: {} };
}

/** Two float32 that claim to be something else. */
function tensor(claims: {
  dims: number[];
  dataType?: number;
  externalData?: { key: string; value: string }[];
}): OnnxTensor {
  const { proto } = makeTensor({ name: 'w', dtype: 'float32', shape: claims.dims }, new Uint8Array(8));
  return {
    ...weight,
    proto: {
      ...proto,
      ...(claims.dataType ? { dataType: claims.dataType } : {}),
      externalData: claims.externalData ?? [],
    },
  };
}

function nested(depth: number): OnnxNode {
  const graph = (left: number): onnx.GraphProto.$Properties => ({
    name: `g${left}`,
    node: left > 0 ? [{ opType: 'If', attribute: [{ name: 'then_branch', type: 5, g: graph(left - 1) }] }] : [],
  });
  return { ...node('If', ['x'], ['deep']), attributes: [{ name: 'then_branch', type: 5, g: graph(depth) }] };
}

function fn(name: string, calls: string): onnx.FunctionProto.$Properties {
  return { name, domain: 'local', node: [{ opType: calls, domain: 'local' }] };
}

function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error;
  }
}
