import { describe, expect, test } from 'vitest';
import { findAttribute, makeInt, withAttribute } from '#engine/formats/onnx/attribute.ts';
import type { OnnxModel, OnnxNode } from '#engine/formats/onnx/model.ts';
import { importDomains } from '#engine/formats/onnx/opset-imports.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { toFloat8 } from '../precision/to-float8.ts';
import { lintModel } from './lint.ts';
import {
  adding,
  floats,
  node,
  quantizedModel,
  withNode,
  withNodes,
  withoutNode,
  withTensor,
} from './quantized-model.fixture.ts';

const good = quantizedModel();

test('a model that is quantized as it should be has no errors and no warnings', () => {
  const report = lintModel(good, 'good.onnx');
  expect(report).toEqual({
    findings: [],
    counts: { errors: 0, warnings: 0, infos: 0 },
    pairs: 6,
    trtexec: 'trtexec --onnx=good.onnx --stronglyTyped --saveEngine=good.engine',
    trtexecNote: expect.stringMatching(/TensorRT 10\.x.*TensorRT 11/),
  });
});

test('a float model has no findings and no pairs', () => {
  const float = good.graph.nodes
    .filter(({ op }) => op.endsWith('Linear'))
    .reduce((model, { name }) => withoutNode(model, name), good);
  expect(lintModel(float)).toMatchObject({ pairs: 0, counts: { errors: 0, warnings: 1 } });
});

test.each([
  {
    op: 'DeformAttn',
    domain: 'acme',
    level: 'warning',
    says: 'DeformAttn of the domain acme: TensorRT needs a plugin',
  },
  { op: 'NMS_TRT', domain: '', level: 'info', says: 'NMS_TRT: TensorRT has it as a plugin' },
])('the custom operator $op is a finding of level $level', ({ op, domain, level, says }) => {
  const custom = { ...node(op, ['y'], 'z'), domain };
  const report = lintModel(adding(good, [], [custom]));
  const message = expect.stringContaining(`z is a custom operator, ${says}`);
  expect(report.findings.filter(({ rule }) => rule === 'Q29')).toMatchObject([{ level, node: 'z', message }]);
  const asked = 'Add --staticPlugins=LIBRARY with the plugin of DeformAttn.';
  expect(report.trtexecNote.includes(asked)).toBe(level === 'warning');
});

test('a domain that the model does not import is an error until it is', () => {
  const undeclared = adding(good, [], [{ ...node('Magic', ['y'], 'z'), domain: 'acme' }]);
  const found = (model: OnnxModel) => lintModel(model).findings.filter(({ rule }) => rule === 'Q30');
  expect(found(undeclared)).toMatchObject([
    { level: 'error', node: 'z', message: expect.stringContaining('imports no opset of it') },
  ]);
  expect(found(importDomains(undeclared, ['acme']))).toEqual([]);
});

const zeroPoint = (value: number, dtype: 'int8' | 'uint8') =>
  withTensor(good, 'x_zero_point', ({ name, shape }) => makeTensor({ name, dtype, shape }, Uint8Array.of(value)));
const scale = (value: number) => withTensor(good, 'x_scale', ({ name }) => floats(name, [], [value]));
const pairOf = (tensor: string, change: (one: OnnxNode) => OnnxNode) =>
  withNodes(good, (one) =>
    one.name === `${tensor}_QuantizeLinear` || one.name === `${tensor}_DequantizeLinear` ? change(one) : one,
  );
const reads = (name: string, index: number, tensor: string) => (model: OnnxModel) =>
  withNode(model, name, (one) => ({ ...one, inputs: Object.assign([...one.inputs], { [index]: tensor }) }));
const biasScales = floats('ba_scale', [16], new Array(16).fill(0.001));

const broken: readonly { what: string; model: OnnxModel; errors: readonly string[]; at: string }[] = [
  {
    what: 'a QuantizeLinear without a zero point',
    model: withNode(good, 'x_QuantizeLinear', (one) => ({ ...one, inputs: one.inputs.slice(0, 2) })),
    errors: ['Q01'],
    at: 'x_QuantizeLinear',
  },
  { what: 'a zero point of 1', model: zeroPoint(1, 'int8'), errors: ['Q01'], at: 'x_QuantizeLinear' },
  {
    what: 'fewer zero points than scales',
    model: withTensor(good, 'wa_zero_point', ({ name }) =>
      makeTensor({ name, dtype: 'int8', shape: [] }, Uint8Array.of(0)),
    ),
    errors: ['Q01'],
    at: 'wa_QuantizeLinear',
  },
  { what: 'UINT8', model: zeroPoint(0, 'uint8'), errors: ['Q02'], at: 'x_QuantizeLinear' },
  { what: 'a scale of 0', model: scale(0), errors: ['Q03'], at: 'x_QuantizeLinear' },
  { what: 'a negative scale', model: scale(-1), errors: ['Q03'], at: 'x_QuantizeLinear' },
  { what: 'an infinite scale', model: scale(Number.POSITIVE_INFINITY), errors: ['Q03'], at: 'x_QuantizeLinear' },
  {
    what: 'a scale that is computed',
    model: adding(reads('x_QuantizeLinear', 1, 'most')(good), [], [node('ReduceMax', ['x'], 'most')]),
    errors: ['Q03'],
    at: 'x_QuantizeLinear',
  },
  {
    what: 'channels without an axis',
    model: pairOf('wa', (one) => ({ ...one, attributes: [] })),
    errors: ['Q04'],
    at: 'wa_QuantizeLinear',
  },
  {
    what: 'more scales than channels',
    model: [32].reduce(
      (model, size) =>
        withTensor(
          withTensor(model, 'wa_scale', ({ name }) => floats(name, [size], new Array(size).fill(0.02))),
          'wa_zero_point',
          ({ name }) => makeTensor({ name, dtype: 'int8', shape: [size] }, new Uint8Array(size)),
        ),
      good,
    ),
    errors: ['Q04'],
    at: 'wa_QuantizeLinear',
  },
  {
    what: 'an activation with a scale for each channel',
    model: pairOf('x', (one) =>
      withAttribute({ ...one, inputs: [one.inputs[0] ?? '', 'wa_scale', 'wa_zero_point'] }, makeInt('axis', 1)),
    ),
    errors: ['Q05'],
    at: 'x_QuantizeLinear',
  },
  {
    what: 'scales along the input channels of a Conv',
    model: pairOf('wa', (one) => withAttribute(one, makeInt('axis', 1))),
    errors: ['Q06'],
    at: 'conv_a',
  },
  {
    what: 'an INT32 bias',
    model: adding(
      reads('conv_a', 2, 'ba_float')(good),
      [biasScales, makeTensor({ name: 'ba_int32', dtype: 'int32', shape: [16] }, new Uint8Array(64))],
      [withAttribute(node('DequantizeLinear', ['ba_int32', 'ba_scale'], 'ba_float'), makeInt('axis', 0))],
    ),
    errors: ['Q07'],
    at: 'conv_a',
  },
  {
    what: 'an operator that computes in integers',
    model: withNode(good, 'gemm', (one) => ({ ...one, op: 'MatMulInteger' })),
    errors: ['Q08'],
    at: 'gemm',
  },
  {
    what: 'Q/DQ of com.microsoft',
    model: importDomains(
      pairOf('x', (one) => ({ ...one, domain: 'com.microsoft' })),
      ['com.microsoft'],
    ),
    errors: ['Q08'],
    at: 'x_QuantizeLinear',
  },
  {
    what: 'opset 12',
    model: { ...good, opsets: [{ domain: '', version: 12 }] },
    errors: ['Q09'],
    at: 'wa_QuantizeLinear',
  },
  {
    what: 'FP8 at opset 18',
    model: { ...toFloat8(good, { scale: 'amax/448', compat: null }), opsets: [{ domain: '', version: 18 }] },
    errors: ['Q09'],
    at: 'x_QuantizeLinear',
  },
  { what: 'a Q without its DQ', model: withoutNode(good, 'x_DequantizeLinear'), errors: ['Q10'], at: 'conv_a' },
  {
    what: 'a DQ without its Q',
    model: withoutNode(good, 'x_QuantizeLinear'),
    errors: ['Q10'],
    at: 'x_DequantizeLinear',
  },
  {
    what: 'a pair of two scales',
    model: adding(reads('x_DequantizeLinear', 1, 'other')(good), [floats('other', [], [0.04])]),
    errors: ['Q10'],
    at: 'x_DequantizeLinear',
  },
  {
    what: 'an operator between Q and DQ that computes',
    model: adding(
      reads('x_DequantizeLinear', 0, 'between')(good),
      [],
      [node('Relu', ['x_QuantizeLinear_Output'], 'between')],
    ),
    errors: ['Q10'],
    at: 'between',
  },
  {
    what: 'a float16 scale in a float32 model',
    model: withTensor(good, 'x_scale', ({ name }) =>
      makeTensor({ name, dtype: 'float16', shape: [] }, Uint8Array.of(0, 0x3c)),
    ),
    errors: ['Q11'],
    at: 'x_QuantizeLinear',
  },
  {
    what: 'an output_dtype that is not the zero point’s type',
    model: withNode(good, 'x_QuantizeLinear', (one) => withAttribute(one, makeInt('output_dtype', 17))),
    errors: ['Q12'],
    at: 'x_QuantizeLinear',
  },
];

describe('what is broken is found by the rule that is meant, and by no other', () => {
  test.each(broken)('$what: $errors', ({ model, errors, at }) => {
    const found = lintModel(model).findings.filter(({ level }) => level === 'error');
    expect([...new Set(found.map(({ rule }) => rule))]).toEqual(errors);
    expect(found[0]).toMatchObject({
      node: at,
      message: expect.stringContaining(at),
      remedy: expect.stringMatching(/\.$/),
    });
  });
});

const doubtful: readonly { what: string; model: OnnxModel; rule: string; at: string }[] = [
  {
    what: 'a float activation before a quantized weight',
    model: reads('conv_b', 0, 'a')(good),
    rule: 'Q13',
    at: 'conv_b',
  },
  {
    what: 'Q/DQ between Conv and Relu',
    model: adding(
      reads('relu', 0, 'a_dq')(good),
      [],
      [
        node('QuantizeLinear', ['a', 'x_scale', 'x_zero_point'], 'a_q'),
        node('DequantizeLinear', ['a_q', 'x_scale', 'x_zero_point'], 'a_dq'),
      ],
    ),
    rule: 'Q14',
    at: 'relu',
  },
  {
    what: 'Q/DQ on the convolution’s side of a residual Add',
    model: adding(
      reads('add', 0, 'b_dq')(good),
      [],
      [
        node('QuantizeLinear', ['b', 'x_scale', 'x_zero_point'], 'b_q'),
        node('DequantizeLinear', ['b_q', 'x_scale', 'x_zero_point'], 'b_dq'),
      ],
    ),
    rule: 'Q15',
    at: 'add',
  },
  { what: 'a residual Add without Q/DQ', model: reads('add', 1, 'r')(good), rule: 'Q15', at: 'add' },
  { what: 'a tensor that nobody reads', model: adding(good, [floats('left', [], [1])]), rule: 'Q22', at: '' },
  {
    what: 'a weight of zeros',
    model: withTensor(good, 'wb', ({ name, shape }) => floats(name, shape, new Array(16 * 16 * 9).fill(0))),
    rule: 'Q26',
    at: 'conv_b',
  },
  { what: 'IR version 11', model: { ...good, irVersion: 11 }, rule: 'Q28', at: '' },
];

describe('what is doubtful is a warning', () => {
  test.each(doubtful)('$what: $rule', ({ model, rule, at }) => {
    const report = lintModel(model);
    expect(report.counts.errors).toBe(0);
    expect(report.findings.filter(({ level }) => level === 'warning')).toEqual([
      expect.objectContaining({ rule, node: at }),
    ]);
  });
});

test('a remedy says which backend an option or a placement is of: a model may come from another', () => {
  const remedies = doubtful.flatMap(({ model }) => lintModel(model).findings.map(({ remedy }) => remedy));
  const residual = lintModel(reads('add', 1, 'r')(good)).findings.find(({ rule }) => rule === 'Q15');
  expect(residual?.remedy).toMatch(/as modelopt\.onnx does; modelopt\.pytorch has quantizers at modules alone/);
  for (const remedy of remedies) expect(remedy).not.toMatch(/nodes_to_exclude(?! in modelopt\.onnx)/);
});

test('the same at many nodes is one finding that counts them', () => {
  const noAxis = withNodes(good, (one) => (findAttribute(one, 'axis') ? { ...one, attributes: [] } : one));
  const { findings, counts } = lintModel(noAxis);
  expect(findings).toMatchObject([{ rule: 'Q04', count: 6, node: 'wa_QuantizeLinear' }]);
  expect(findings[0]?.others).toHaveLength(4);
  expect(counts).toEqual({ errors: 6, warnings: 0, infos: 0 });
});

test('FP8 with ModelOpt’s ONNX scales is told from FP8 of the whole range', () => {
  const exact = withTensor(good, 'wa_scale', ({ name }) => floats(name, [16], new Array(16).fill(3.5 / 127)));
  const of = (scale: 'modelopt' | 'amax/448') =>
    lintModel(toFloat8(exact, { scale, compat: null })).findings.filter(
      ({ rule, node: at }) => rule === 'Q19' && at === 'conv_a',
    );
  expect(of('modelopt')).toMatchObject([{ level: 'info', message: expect.stringMatching(/±36\.0 of the ±448/) }]);
  expect(of('amax/448')).toEqual([]);
});

test('open dimensions get a profile, and a file’s name is quoted for the shell', () => {
  const shape = ['batch', 16, 4, 'width'];
  const open = { ...good, graph: { ...good.graph, inputs: good.graph.inputs.map((port) => ({ ...port, shape })) } };
  const report = lintModel(open, "it's mine.onnx");
  expect(report.trtexec).toBe(
    "trtexec '--onnx=it'\\''s mine.onnx' --stronglyTyped '--saveEngine=it'\\''s mine.engine' " +
      '--minShapes=x:1x16x4x1 --optShapes=x:8x16x4x128 --maxShapes=x:32x16x4x512',
  );
  expect(report.trtexecNote).toMatch(/\(batch, width\) are guesses/);
  expect(report.findings).toMatchObject([{ rule: 'Q24', level: 'info', tensor: 'x' }]);
});
