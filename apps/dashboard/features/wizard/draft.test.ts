import { expect, test } from 'vitest';
import { answersOf, emptyDraft, isCalibrated, recipeProblem, takerOf, withYaml, yamlOf } from './draft.ts';

const presets = [
  {
    id: 'torchao',
    input: '.pth or .safetensors',
    formats: ['pth', 'safetensors'],
    presetYaml: 'quantize:\n  backend: torchao\n  mode: weight_only_ptq\n',
  },
  {
    id: 'modelopt.pytorch',
    input: '.pth or .safetensors',
    formats: ['pth', 'safetensors'],
    presetYaml: 'quantize:\n  backend: modelopt.pytorch\n  mode: static_ptq\n',
  },
  {
    id: 'modelopt.onnx',
    input: '.onnx',
    formats: ['onnx'],
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
  ['quantize: { backend: "torchao", mode: "weight_only_ptq" }', 'torchao'],
  ['quantize:\n  backend: modelopt.onnx\n  mode: STATIC_PTQ', 'modelopt.onnx'],
  ['{"quantize": {"backend":"torchao"}}', 'torchao'],
  ['# backend: torchao\ntrain:\n  backend: nccl\nquantize:\n  backend: modelopt.onnx # alone', 'modelopt.onnx'],
])('%j is taken by %s', (yaml, backend) => {
  expect(takerOf(yaml, presets)).toMatchObject({ backend, formats: presets.find(({ id }) => id === backend)?.formats });
});

test.each(['quantize:\n  backend: something.else', 'quantize:\n  backend: torchao-next', 'quantize: [', ''])(
  '%j is taken by none',
  (yaml) => {
    expect(takerOf(yaml, presets)).toBeNull();
  },
);

test.each([
  { calibration: 'required', chosen: null, enough: false },
  { calibration: 'required', chosen: 'data', enough: true },
  { calibration: 'optional', chosen: null, enough: true },
  { calibration: 'none', chosen: null, enough: true },
  { calibration: 'asked', chosen: 'data', enough: false },
] as const)('where calibration is $calibration, $chosen is enough: $enough', ({ calibration, chosen, enough }) => {
  const needs = { backend: 'torchao', input: '.pth', formats: ['pth'], calibration, graph: 'none' } as const;
  expect(isCalibrated({ ...emptyDraft, calibrationVersionId: chosen }, needs)).toBe(enough);
});

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
