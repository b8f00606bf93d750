import { expect, test } from 'vitest';
import { catalogue } from '#contract/recipe/catalogue.ts';
import { type OnnxSettings, onnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { toHalf } from '#engine/graph/precision/to-half.ts';
import { smallModel } from '#engine/graph/small-graph.fixture.ts';
import { halfWarnings } from './half-warnings.ts';

const settings = onnxSettings(catalogue['modelopt.onnx'].preset);

/** A chain of Adds, one for each constant, and what it becomes in half precision. */
function chain(constants: Readonly<Record<string, readonly number[]>>, keptOps: readonly string[] = []) {
  const names = Object.keys(constants);
  const nodes = names.map((name, index) => ({
    op: 'Add',
    in: [index === 0 ? 'x' : `t${index - 1}`, name],
    out: `t${index}`,
  }));
  const small = smallModel({ nodes, outputs: [`t${names.length - 1}`] });
  const initializers = Object.entries(constants).map(([name, values]) =>
    makeTensor({ name, dtype: 'float32', shape: [values.length] }, new Uint8Array(Float32Array.from(values).buffer)),
  );
  const model = { ...small, graph: { ...small.graph, initializers } };
  const options = { dtype: 'float16', keptOps: new Set(keptOps), directIo: false, compat: null } as const;
  return { model, result: toHalf(model, { ...options, typeOf: () => 'float32' }) };
}

test.each<{ what: string; constants: Readonly<Record<string, readonly number[]>>; warnings: readonly string[] }>([
  { what: 'values that fit', constants: { w: [65504, -1, 2 ** -24, 0] }, warnings: [] },
  {
    what: 'values that are clamped',
    constants: { mask: [-3.4028e38, 0], w: [1], b: [70_000, 1e9] },
    warnings: [
      'In float16, 2 tensors lost 3 values beyond ±65504, which became ±65504: mask (largest -3.403e+38), b (largest 1000000000). If they matter, set high_precision_dtype to bf16 or fp32.',
    ],
  },
  {
    what: 'an epsilon that would vanish',
    constants: { epsilon: [1e-12] },
    warnings: [
      'In float16, 1 tensor lost a value nearer to zero than 6e-8, which became ±6e-8: epsilon (largest 1e-12). If they matter, set high_precision_dtype to bf16 or fp32.',
    ],
  },
  { what: 'small values beside larger ones, which rounding moves as far', constants: { w: [1e-9, 0.5] }, warnings: [] },
  {
    what: 'many tensors, of which three are named',
    constants: { a: [1e5], b: [1e5], c: [1e5], d: [1e5], e: [1e5] },
    warnings: [
      expect.stringContaining(
        '5 tensors lost 5 values beyond ±65504, which became ±65504: a (largest 100000), b (largest 100000), c (largest 100000) and 2 more.',
      ),
    ],
  },
])('$what', ({ constants, warnings }) => {
  const { model, result } = chain(constants);
  expect(halfWarnings({ model, isQuantized: false }, result, settings)).toEqual(warnings);
});

test('what stays float32 loses nothing', () => {
  const { model, result } = chain({ mask: [-1e9] }, ['Add']);
  expect(halfWarnings({ model, isQuantized: false }, result, settings)).toEqual([]);
  const fp32 = { ...settings, high_precision_dtype: 'fp32' } as const;
  expect(halfWarnings({ model, isQuantized: false }, chain({ mask: [-1e9] }).result, fp32)).toEqual([]);
});

/** A Constant node, or a ConstantOfShape, that is added to what comes in. */
function held(op: 'Constant' | 'ConstantOfShape', compat: OnnxSettings['compat']) {
  const t = makeTensor({ name: '', dtype: 'float32', shape: [1] }, new Uint8Array(Float32Array.of(-1e9).buffer)).proto;
  const model = smallModel({
    nodes: [
      { op, in: op === 'Constant' ? [] : ['shape'], out: 'mask', attributes: [{ name: 'value', type: 4, t }] },
      { op: 'Add', in: ['x', 'mask'], out: 'y' },
    ],
    outputs: ['y'],
  });
  const options = { dtype: 'float16', keptOps: new Set<string>(), directIo: false, compat } as const;
  return { model, result: toHalf(model, { ...options, typeOf: () => 'float32' }) };
}

test.each([
  { op: 'Constant', compat: null, became: '±65504' },
  { op: 'ConstantOfShape', compat: null, became: '±65504' },
  { op: 'Constant', compat: 'modelopt-0.47', became: 'infinite' },
] as const)('what a $op holds counts too; with compat $compat it becomes $became', ({ op, compat, became }) => {
  const { model, result } = held(op, compat);
  expect(halfWarnings({ model, isQuantized: false }, result, { ...settings, compat })).toEqual([
    `In float16, 1 tensor lost a value beyond ±65504, which became ${became}: mask (largest -1000000000). If they matter, set high_precision_dtype to bf16 or fp32.`,
  ]);
});
