import { expect, test } from 'vitest';
import { misfit } from './misfit.ts';

const pth = { inspectionState: 'READY', inspection: { format: 'pth' }, graph: null } as const;
const onnx = { inspectionState: 'READY', inspection: { format: 'onnx' }, graph: null } as const;
const pending = { inspectionState: 'PENDING', inspection: null, graph: null } as const;
const safetensors = { inspectionState: 'READY', inspection: { format: 'safetensors' }, graph: null } as const;
const checkpoints = { input: '.pth or .safetensors', formats: ['pth', 'safetensors'] };
const torchao = { backend: 'torchao', ...checkpoints, calibration: 'none', graph: 'none' } as const;
const modeloptPytorch = {
  backend: 'modelopt.pytorch',
  ...checkpoints,
  calibration: 'required',
  graph: 'required',
} as const;
const weightsOnly = { ...modeloptPytorch, calibration: 'none', graph: 'none' } as const;
const modeloptOnnx = {
  backend: 'modelopt.onnx',
  input: '.onnx',
  formats: ['onnx'],
  calibration: 'required',
  graph: 'none',
} as const;

test.each([
  { name: 'a checkpoint for torchao', version: pth, needs: torchao, reason: null },
  { name: 'safetensors for torchao', version: safetensors, needs: torchao, reason: null },
  {
    name: 'safetensors for modelopt.onnx',
    version: safetensors,
    needs: modeloptOnnx,
    reason: /\.safetensors.*modelopt\.onnx takes \.onnx.*torchao or modelopt\.pytorch/,
  },
  { name: 'a file still being inspected', version: pending, needs: torchao, reason: null },
  { name: 'a recipe whose backend is unknown', version: pth, needs: null, reason: null },
  {
    name: 'an export for torchao',
    version: onnx,
    needs: torchao,
    reason: /\.onnx.*torchao takes \.pth.*modelopt\.onnx/,
  },
  {
    name: 'a checkpoint without graph for modelopt.pytorch',
    version: pth,
    needs: modeloptPytorch,
    reason: /companion graph.*INT8_WEIGHT_ONLY_CFG/,
  },
  { name: 'one for its weights alone', version: pth, needs: weightsOnly, reason: null },
  { name: 'one with its graph', version: { ...pth, graph: {} }, needs: modeloptPytorch, reason: null },
  {
    name: 'a file that could not be read',
    version: { ...pending, inspectionState: 'FAILED' as const },
    needs: torchao,
    reason: /could not be read/,
  },
])('$name', ({ version, needs, reason }) => {
  if (reason === null) expect(misfit(version, needs)).toBeNull();
  else expect(misfit(version, needs)).toMatch(reason);
});
