import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '#engine/formats/pth/checkpoint.ts';
import { openCheckpoint } from '#engine/formats/pth/open.ts';
import { demoFile } from '#kit/demo-file.ts';
import { inferModules } from './infer-modules.ts';

async function modulesOf(path: string) {
  const checkpoint = await openCheckpoint(path, path);
  await checkpoint.close();
  return inferModules(checkpoint);
}

/** A checkpoint as opening would give it, of tensors with these shapes. */
function checkpointOf(shapes: Readonly<Record<string, readonly number[]>>): Checkpoint {
  return {
    container: 'zip',
    producer: null,
    wrapper: [],
    prefix: '',
    tensors: Object.entries(shapes).map(([name, shape]) => ({
      name,
      dtype: 'float32',
      shape,
      strides: [],
      storageOffset: 0,
      storageKey: name,
    })),
    modules: new Map(),
    classes: new Map(),
    linearLike: new Map(),
    quantized: new Map(),
    composed: new Map(),
    unknownGlobals: [],
    notes: [],
    bytes: 0,
    rest: null,
    read: () => Promise.reject(new Error('never read')),
    locate: () => null,
    close: async () => undefined,
  };
}

describe('inferModules', () => {
  it.each<[string, string, boolean, Record<string, readonly number[]>]>([
    ['m', 'Linear', false, { 'm.weight': [3, 4], 'm.bias': [3] }],
    ['m', 'Linear', true, { 'm.weight': [3, 4] }],
    ['tok_embeddings', 'Embedding', true, { 'tok_embeddings.weight': [30, 4] }],
    ['h.wte', 'Embedding', true, { 'h.wte.weight': [30, 4] }],
    ['token_head.fc', 'Linear', true, { 'token_head.fc.weight': [30, 4] }],
    ['m', 'Conv1d', false, { 'm.weight': [8, 4, 3] }],
    ['m', 'Conv2d', false, { 'm.weight': [8, 4, 3, 3], 'm.bias': [8] }],
    ['m', 'Conv3d', false, { 'm.weight': [8, 4, 3, 3, 3] }],
    ['m', 'ConvTranspose2d', false, { 'm.weight': [8, 4, 3, 3], 'm.bias': [4] }],
    ['m', 'BatchNorm', false, { 'm.weight': [8], 'm.bias': [8], 'm.running_mean': [8], 'm.running_var': [8] }],
    ['m', 'BatchNorm', false, { 'm.running_mean': [8], 'm.running_var': [8] }],
    ['m', 'LayerNorm', true, { 'm.weight': [8], 'm.bias': [8] }],
    ['m', 'LayerNorm', true, { 'm.weight': [8, 8], 'm.bias': [8, 8] }],
    ['norm1', 'RMSNorm', true, { 'norm1.weight': [8] }],
    ['attn', 'MultiheadAttention', false, { 'attn.in_proj_weight': [24, 8], 'attn.out_proj.weight': [8, 8] }],
    [
      'attn.out_proj',
      'NonDynamicallyQuantizableLinear',
      false,
      { 'attn.in_proj_weight': [24, 8], 'attn.out_proj.weight': [8, 8], 'attn.out_proj.bias': [8] },
    ],
    ['rnn', 'LSTM', false, { 'rnn.weight_ih_l0': [32, 4], 'rnn.weight_hh_l0': [32, 8] }],
    ['rnn', 'LSTM', false, { 'rnn.weight_ih_l0': [32, 4], 'rnn.weight_hh_l0': [32, 3], 'rnn.weight_hr_l0': [3, 8] }],
    ['rnn', 'GRU', false, { 'rnn.weight_ih_l0': [24, 4], 'rnn.weight_hh_l0': [24, 8] }],
    ['', 'Linear', false, { weight: [3, 4], bias: [3] }],
    ['m', 'unknown', true, { 'm.alpha': [1] }],
  ])('takes %j for a %s (assumed: %s)', (name, className, assumed, shapes) => {
    expect(inferModules(checkpointOf(shapes)).find((module) => module.name === name)).toMatchObject({
      class: className,
      assumed,
    });
  });

  it('lists every module of a network in its order, containers too', async () => {
    const modules = await modulesOf(demoFile('digits-cnn.pth').path);
    expect(modules.slice(0, 6).map((module) => [module.name, module.class])).toEqual([
      ['stem', 'unknown'],
      ['stem.0', 'Conv2d'],
      ['stem.1', 'BatchNorm'],
      ['stem.2', 'unknown'],
      ['layer1', 'unknown'],
      ['layer1.0', 'unknown'],
    ]);
    expect(modules.find((module) => module.name === 'fc')).toMatchObject({
      class: 'Linear',
      assumed: false,
      evidence: 'weight of rank 2 with a bias of its first dimension',
      weight: { name: 'fc.weight', shape: [10, 64] },
      bias: { name: 'fc.bias' },
    });
  });

  it('finds the linear layers of a transformer', async () => {
    const modules = await modulesOf(demoFile('digits-vit.pth').path);
    expect(modules.filter((module) => module.class === 'Linear')).toHaveLength(17);
    expect(modules.find((module) => module.name === '')).toMatchObject({ class: 'unknown', weight: null });
  });

  const zoo = (file: string) => fileURLToPath(new URL(`../../../test/fixtures/pth-zoo/${file}`, import.meta.url));

  it('believes a pickled module that names its classes', async () => {
    const modules = await modulesOf(zoo('module.pth'));
    const classOf = new Map(modules.map((module) => [module.name, module.class]));
    expect(classOf.get('embed')).toBe('Embedding');
    expect(classOf.get('bn')).toBe('BatchNorm1d');
    expect(classOf.get('mha.out_proj')).toBe('NonDynamicallyQuantizableLinear');
  });

  it.each(['exported.pt2', 'torchscript-traced.pt', 'torchscript-scripted.pt'])(
    'takes the classes that %s remembers',
    async (file) => {
      const modules = await modulesOf(zoo(file));
      expect(modules.filter(({ class: name }) => name === 'Linear').map(({ name }) => name)).toEqual(['fc1', 'fc2']);
      expect(modules.find(({ name }) => name === 'fc2')).toMatchObject({
        assumed: false,
        evidence: 'the file says it is a torch.nn.modules.linear.Linear',
      });
    },
  );

  it('leaves the out_proj of an attention alone though a graph calls it linear', () => {
    const checkpoint = checkpointOf({ 'mha.in_proj_weight': [24, 8], 'mha.out_proj.weight': [8, 8] });
    const modules = inferModules({ ...checkpoint, linearLike: new Map([['mha.out_proj', true]]) });
    expect(modules.at(-1)).toMatchObject({ name: 'mha.out_proj', class: 'NonDynamicallyQuantizableLinear' });
  });

  it.each<[string, boolean | undefined, object]>([
    ['acme.FastLinear', true, { class: 'Linear', assumed: true, evidence: expect.stringContaining('acme.FastLinear') }],
    ['acme.Table', false, { class: 'Table', assumed: false }],
    ['acme.Unknown', undefined, { class: 'Linear', assumed: true, evidence: 'weight of rank 2 without bias' }],
  ])('takes a matrix of a %s that is linear-like: %s', (path, linearLike, expected) => {
    const checkpoint = checkpointOf({ 'm.weight': [3, 4] });
    const modules = inferModules({
      ...checkpoint,
      classes: new Map([['m', path]]),
      linearLike: new Map(linearLike === undefined ? [] : [['m', linearLike]]),
    });
    expect(modules).toMatchObject([expected]);
  });
});
