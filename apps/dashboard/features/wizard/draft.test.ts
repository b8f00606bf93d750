import { expect, test } from 'vitest';
import { answersOf, emptyDraft, needsOf, recipeProblem, withYaml, yamlOf } from './draft.ts';

const presets = [
  {
    id: 'torchao',
    input: '.pth or .safetensors',
    formats: ['pth', 'safetensors'],
    modes: ['weight_only_ptq'],
    presetYaml: 'quantize:\n  backend: torchao\n  mode: weight_only_ptq\n',
  },
  {
    id: 'modelopt.pytorch',
    input: '.pth or .safetensors',
    formats: ['pth', 'safetensors'],
    modes: ['static_ptq', 'weight_only_ptq'],
    presetYaml: 'quantize:\n  backend: modelopt.pytorch\n  mode: static_ptq\n',
  },
  {
    id: 'modelopt.onnx',
    input: '.onnx',
    formats: ['onnx'],
    modes: ['static_ptq'],
    presetYaml: 'quantize:\n  backend: modelopt.onnx\n  mode: static_ptq\n',
  },
];

test.each([
  { targetsTensorrt: null, quantizesActivations: null, answers: null },
  { targetsTensorrt: false, quantizesActivations: null, answers: null },
  { targetsTensorrt: true, quantizesActivations: null, answers: { targetsTensorrt: true, quantizesActivations: true } },
  {
    targetsTensorrt: false,
    quantizesActivations: false,
    answers: { targetsTensorrt: false, quantizesActivations: false },
  },
])('TensorRT $targetsTensorrt and activations $quantizesActivations answer $answers', ({ answers, ...given }) => {
  expect(answersOf({ ...emptyDraft, ...given })).toEqual(answers);
});

test.each([
  {
    yaml: 'quantize: { backend: "torchao", mode: "weight_only_ptq" }',
    needs: { backend: 'torchao', calibration: 'none' },
  },
  {
    yaml: 'quantize:\n  backend: modelopt.onnx\n  mode: STATIC_PTQ',
    needs: { backend: 'modelopt.onnx', formats: ['onnx'], calibration: 'required' },
  },
  {
    yaml: '{"quantize": {"backend":"torchao"}}',
    needs: { backend: 'torchao', formats: ['pth', 'safetensors'], calibration: 'none' },
  },
  {
    yaml: '# backend: torchao\ntrain:\n  backend: nccl\nquantize:\n  backend: modelopt.onnx # without a mode: its own',
    needs: { backend: 'modelopt.onnx', calibration: 'required' },
  },
  {
    yaml: 'backend: modelopt.onnx\nbackend_kwargs: { random_calibration: true }',
    needs: { backend: 'modelopt.onnx', calibration: 'optional' },
  },
  {
    yaml: 'backend: modelopt.pytorch',
    needs: { calibration: 'required', graph: 'required' },
  },
  {
    yaml: 'backend: modelopt.pytorch\nmode: weight_only_ptq',
    needs: { calibration: 'none', graph: 'none' },
  },
  {
    yaml: 'backend: modelopt.pytorch\nbackend_kwargs: { preset: INT8_WEIGHT_ONLY_CFG }',
    needs: { calibration: 'none', graph: 'none' },
  },
  {
    yaml: 'backend: modelopt.pytorch\nlayers: [{ module_name: fc, weights: { dtype: int8 }, activations: { dtype: native } }]',
    needs: { calibration: 'none', graph: 'none' },
  },
  {
    yaml: 'backend: modelopt.pytorch\nlayers: [{ module_name: fc, activations: { dtype: INT8 } }]',
    needs: { calibration: 'required', graph: 'required' },
  },
  {
    yaml: 'backend: modelopt.pytorch\nlayers: [{ module_name: fc, weights: { dtype: int8 } }]\nbackend_kwargs: { preset: FP8_DEFAULT_CFG }',
    needs: { calibration: 'required', graph: 'required' },
  },
])('$yaml needs $needs', ({ yaml, needs }) => {
  expect(needsOf(yaml, presets)).toMatchObject(needs);
});

test.each(['quantize:\n  backend: something.else', 'quantize:\n  backend: torchao-next', 'quantize: [', ''])(
  'of %j nothing is known to be needed',
  (yaml) => {
    expect(needsOf(yaml, presets)).toBeNull();
  },
);

test.each([
  ['backend: torchao', null],
  ['  ', null],
  ['backend: tensorrt', 'backend is tensorrt; it can be torchao, modelopt.pytorch, modelopt.onnx.'],
  ['backend:\nmode: static_ptq', 'backend is missing; it can be torchao, modelopt.pytorch, modelopt.onnx.'],
  ['hello', 'backend is missing; it can be torchao, modelopt.pytorch, modelopt.onnx.'],
])('%j has the problem %j', (yaml, problem) => {
  expect(recipeProblem(yaml, presets)).toBe(problem);
});

test('a text that is no YAML says where it stops being one', () => {
  expect(recipeProblem('quantize:\n  backend: [torchao', presets)).toMatch(/line 2/);
});

test('a chosen preset is sent as its own YAML, whatever stands in the editor', () => {
  const draft = { ...emptyDraft, yaml: 'mine', source: { kind: 'preset', backend: 'torchao' } } as const;
  expect(yamlOf(draft, presets)).toBe(presets[0]?.presetYaml);
  expect(yamlOf({ ...draft, source: { kind: 'yaml' } }, presets)).toBe('mine');
});

test('what the form changes is the recipe that is chosen, and no other', () => {
  const preset = { ...emptyDraft, yaml: 'mine', source: { kind: 'preset', backend: 'torchao' } } as const;
  const tuned = { ...preset, ...withYaml(preset, 'tuned') };
  expect(yamlOf(tuned, presets)).toBe('tuned');
  expect(yamlOf({ ...tuned, source: { kind: 'preset', backend: 'modelopt.onnx' } }, presets)).toBe(
    presets[2]?.presetYaml,
  );
  const own = { ...tuned, source: { kind: 'yaml' } } as const;
  expect(yamlOf({ ...own, ...withYaml(own, 'mine, changed') }, presets)).toBe('mine, changed');
});
