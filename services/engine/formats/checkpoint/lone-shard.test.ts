import { expect, test } from 'vitest';
import { loneShard } from './lone-shard.ts';

test.each([
  ['model-00001-of-00002.safetensors', 'model.safetensors.index.json'],
  ['pytorch_model-00002-of-00012.bin', 'pytorch_model.bin.index.json'],
])('%s is one part of a model, whose index is %s', (name, index) => {
  expect(loneShard(name)).toContain(`give its index, ${index}.`);
});

test.each(['model.safetensors', 'model-00001-of-00001.safetensors', 'model.safetensors.index.json', 'a-1-of-2.bin'])(
  '%s is a model of its own',
  (name) => {
    expect(loneShard(name)).toBeNull();
  },
);
