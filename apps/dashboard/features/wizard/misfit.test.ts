import { expect, test } from 'vitest';
import { misfit } from './misfit.ts';

const pth = { inspectionState: 'READY', inspection: { format: 'pth' }, graph: null } as const;
const onnx = { inspectionState: 'READY', inspection: { format: 'onnx' }, graph: null } as const;
const pending = { inspectionState: 'PENDING', inspection: null, graph: null } as const;
const torchao = { backend: 'torchao', input: '.pth', calibration: false };
const modeloptPytorch = { backend: 'modelopt.pytorch', input: '.pth', calibration: true };

test.each([
  { name: 'a checkpoint for torchao', version: pth, needs: torchao, reason: null },
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
    reason: /companion graph/,
  },
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
