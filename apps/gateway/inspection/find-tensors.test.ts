import { expect, it } from 'vitest';
import { findTensors, type TensorFilter, type TensorSort } from './find-tensors.ts';
import { withSharing } from './sharing.ts';

const tensor = (name: string, bytes: number, storage?: string) => ({
  name,
  dtype: 'float32',
  shape: [bytes / 4],
  bytes,
  ...(storage === undefined ? {} : { storage }),
});

const tensors = [
  tensor('blocks.10.mlp.weight', 400),
  tensor('blocks.2.mlp.weight', 800),
  tensor('blocks.2.mlp.bias', 8),
  tensor('embedding.weight', 1_600, 'a'),
  tensor('head.weight', 1_600, 'a'),
];

it.each<{ what: string; filter?: TensorFilter; sort?: TensorSort; names: string[] }>([
  {
    what: 'all in the order of the file',
    names: ['blocks.10.mlp.weight', 'blocks.2.mlp.weight', 'blocks.2.mlp.bias', 'embedding.weight', 'head.weight'],
  },
  { what: 'every word, in any order and case', filter: { search: ' WEIGHT  .2. ' }, names: ['blocks.2.mlp.weight'] },
  { what: 'those that share memory', filter: { sharedOnly: true }, names: ['embedding.weight', 'head.weight'] },
  { what: 'both at once', filter: { sharedOnly: true, search: 'head' }, names: ['head.weight'] },
  {
    what: 'numbers in names as numbers',
    filter: { search: 'blocks' },
    sort: 'NAME',
    names: ['blocks.2.mlp.bias', 'blocks.2.mlp.weight', 'blocks.10.mlp.weight'],
  },
  {
    what: 'names backwards',
    filter: { search: 'blocks' },
    sort: 'NAME_DESCENDING',
    names: ['blocks.10.mlp.weight', 'blocks.2.mlp.weight', 'blocks.2.mlp.bias'],
  },
  {
    what: 'the largest first, equal ones as in the file',
    sort: 'LARGEST',
    names: ['embedding.weight', 'head.weight', 'blocks.2.mlp.weight', 'blocks.10.mlp.weight', 'blocks.2.mlp.bias'],
  },
])('finds $what', ({ filter = {}, sort, names }) => {
  expect(findTensors(tensors, filter, sort).map(({ name }) => name)).toEqual(names);
});

it('says with which others a tensor shares its memory, also with those that are not listed', () => {
  const listed = withSharing(tensors, findTensors(tensors, { search: 'mlp.bias' }).concat(tensors.slice(4)));
  expect(listed.map(({ sharedWith, sharers }) => ({ sharedWith, sharers }))).toEqual([
    { sharedWith: [], sharers: 0 },
    { sharedWith: ['embedding.weight'], sharers: 1 },
  ]);
});

it('names the first of thousands that share one storage, and counts them all', () => {
  const many = Array.from({ length: 5_000 }, (_, i) => tensor(`view.${i}`, 4, 's'));
  const [listed] = withSharing(many, many.slice(0, 1));
  expect(listed?.sharers).toBe(4_999);
  expect(listed?.sharedWith).toHaveLength(50);
});

it('an inspection made before sharing was recorded has none', () => {
  const old = [tensor('a', 4), tensor('b', 4)];
  expect(findTensors(old, { sharedOnly: true })).toEqual([]);
  expect(withSharing(old, old).map(({ sharers }) => sharers)).toEqual([0, 0]);
});
