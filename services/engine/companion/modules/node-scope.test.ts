import { expect, test } from 'vitest';
import { nodeScope } from './node-scope.ts';

const none = new Map<string, string>();

test.each([
  ['/conv/Conv', ['conv'], 'conv'],
  ['/layer1/layer1.0/conv1/Conv', ['layer1.0.conv1'], 'layer1.0.conv1'],
  ['/layer2/layer2.0/downsample/downsample.0/Conv', ['layer2.0.downsample.0'], 'layer2.0.downsample.0'],
  ['/blocks.0/expand/expand.0/Conv', ['blocks.0.expand.0'], 'blocks.0.expand.0'],
  ['/features/features.1/conv/conv.0/conv.0.0/Conv', [], 'features.1.conv.0.0'],
  ['/shared_1/Gemm', ['shared'], 'shared'],
  ['/layer1/layer1.0/relu_1/Relu', ['layer1.0.relu'], 'layer1.0.relu'],
  ['/conv_1/Conv', ['conv', 'conv_1'], 'conv_1'],
  ['/Flatten', [], ''],
])('the TorchScript name %s is of the module %3$s', (name, known, path) => {
  expect(nodeScope({ name, metadata: none }, new Set(known))?.path).toBe(path);
});

test('a name without a scope says nothing', () => {
  expect(nodeScope({ name: 'node_Conv_87', metadata: none }, new Set())).toBeNull();
});

test('the metadata of the default exporter gives module and class, and wins over the name', () => {
  const metadata = new Map([
    ['pkg.torch.onnx.name_scopes', "['', 'layer1', 'layer1.0', 'layer1.0.bn1', '_native_batch_norm_1']"],
    [
      'pkg.torch.onnx.class_hierarchy',
      "['nets.ConvBN', 'torch.nn.modules.container.Sequential', 'nets.Residual', 'torch.nn.modules.batchnorm.BatchNorm2d', 'aten.bn.default']",
    ],
  ]);
  expect(nodeScope({ name: '/other/Conv', metadata }, new Set())).toMatchObject({
    path: 'layer1.0.bn1',
    chain: [
      { path: '', class: 'ConvBN' },
      { path: 'layer1', class: 'Sequential' },
      { path: 'layer1.0', class: 'Residual' },
      { path: 'layer1.0.bn1', class: 'BatchNorm2d' },
    ],
  });
});
