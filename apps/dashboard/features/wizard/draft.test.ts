import { expect, test } from 'vitest';
import { answersOf, backendProblem, emptyDraft, needsOf, yamlOf } from './draft.ts';

const presets = [
  { id: 'torchao', input: '.pth', presetYaml: 'quantize:\n  backend: torchao\n  mode: weight_only_ptq\n' },
  { id: 'modelopt.onnx', input: '.onnx', presetYaml: 'quantize:\n  backend: modelopt.onnx\n  mode: static_ptq\n' },
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
    needs: { backend: 'torchao', input: '.pth', calibration: false },
  },
  {
    yaml: 'quantize:\n  backend: modelopt.onnx\n  mode: static_ptq',
    needs: { backend: 'modelopt.onnx', input: '.onnx', calibration: true },
  },
  {
    yaml: '{"quantize": {"backend":"torchao"}}',
    needs: { backend: 'torchao', input: '.pth', calibration: false },
  },
  {
    yaml: '# backend: torchao\ntrain:\n  backend: nccl\nquantize:\n  backend: modelopt.onnx # mode: static_ptq',
    needs: { backend: 'modelopt.onnx', input: '.onnx', calibration: false },
  },
  { yaml: 'quantize:\n  backend: something.else', needs: null },
  { yaml: 'quantize:\n  backend: torchao-next', needs: null },
  { yaml: '', needs: null },
])('$yaml needs $needs', ({ yaml, needs }) => {
  expect(needsOf(yaml, presets)).toEqual(needs);
});

test.each([
  ['backend: torchao', null],
  ['  ', null],
  ['backend: tensorrt', 'backend is tensorrt; it can be torchao, modelopt.onnx.'],
  ['backend:\nmode: static_ptq', 'backend is missing; it can be torchao, modelopt.onnx.'],
  ['hello', 'backend is missing; it can be torchao, modelopt.onnx.'],
])('%j has the problem %j', (yaml, problem) => {
  expect(backendProblem(yaml, presets)).toBe(problem);
});

test('a chosen preset is sent as its own YAML, whatever stands in the editor', () => {
  const draft = { ...emptyDraft, yaml: 'mine', source: { kind: 'preset', backend: 'torchao' } } as const;
  expect(yamlOf(draft, presets)).toBe(presets[0]?.presetYaml);
  expect(yamlOf({ ...draft, source: { kind: 'yaml' } }, presets)).toBe('mine');
});
