import { expect, test } from 'vitest';
import { layerMatches } from './layer-matches.ts';

const layers = [
  { name: 'blocks.0.fc1', class: 'Linear', verdict: 'QUANTIZED', reason: 'the recipe has no rules' },
  { name: 'blocks.0.norm', class: 'LayerNorm', verdict: 'NATIVE', reason: 'torchao quantizes Linear, not LayerNorm' },
  { name: 'head', class: 'Linear', verdict: 'SKIPPED', reason: 'skipped by head' },
];

test.each([
  { verdict: 'ALL', search: '', names: ['blocks.0.fc1', 'blocks.0.norm', 'head'] },
  { verdict: 'ALL', search: ' ', names: ['blocks.0.fc1', 'blocks.0.norm', 'head'] },
  { verdict: 'NATIVE', search: '', names: ['blocks.0.norm'] },
  { verdict: 'ALL', search: 'linear blocks', names: ['blocks.0.fc1', 'blocks.0.norm'] },
  { verdict: 'QUANTIZED', search: 'LINEAR', names: ['blocks.0.fc1'] },
  { verdict: 'ALL', search: 'nothing', names: [] },
])('$verdict with “$search” are $names', ({ verdict, search, names }) => {
  expect(layers.filter(layerMatches(verdict, search)).map(({ name }) => name)).toEqual(names);
});
