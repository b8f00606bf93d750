import { expect, it } from 'vitest';
import { onlyBackendWith } from './backend-options.ts';
import { alignFacts } from './compare-rows.ts';

const fact = (group: string, label: string, value: string) => ({ group, label, value });

it('puts the facts of several runs side by side and says which differ', () => {
  const rows = alignFacts([
    [
      fact('Result', 'Bytes after', '10'),
      fact('Recipe', 'Backend', 'torchao'),
      fact('Recipe', 'Mode', 'weight_only_ptq'),
    ],
    [
      fact('Result', 'Bytes after', '10'),
      fact('Recipe', 'Backend', 'modelopt.onnx'),
      fact('Recipe', 'Algorithm', 'max'),
    ],
  ]);
  expect(rows).toEqual([
    { group: 'Result', label: 'Bytes after', values: ['10', '10'], differs: false },
    { group: 'Recipe', label: 'Backend', values: ['torchao', 'modelopt.onnx'], differs: true },
    { group: 'Recipe', label: 'Mode', values: ['weight_only_ptq', null], differs: true },
    { group: 'Recipe', label: 'Algorithm', values: [null, 'max'], differs: true },
  ]);
});

it('keeps the place of a fact that the first run lacks, and no fact that all lack', () => {
  const rows = alignFacts([
    [{ group: 'Result', label: 'TensorRT', value: null }, fact('Result', 'Seconds', '1')],
    [fact('Result', 'TensorRT', '0 errors'), fact('Result', 'Seconds', '2')],
  ]);
  expect(rows.map(({ label }) => label)).toEqual(['TensorRT', 'Seconds']);
  expect(alignFacts([[{ group: 'Result', label: 'TensorRT', value: null }]])).toEqual([]);
});

it('keeps two rules for one pattern apart', () => {
  const rows = alignFacts([
    [fact('Recipe', 'Rule *', 'int8'), fact('Recipe', 'Rule *', 'native')],
    [fact('Recipe', 'Rule *', 'int8')],
  ]);
  expect(rows.map(({ values }) => values)).toEqual([
    ['int8', 'int8'],
    ['native', null],
  ]);
});

it.each([
  ['Granularity', ['torchao', 'modelopt.onnx'], 'torchao'],
  ['High precision', ['torchao', 'modelopt.onnx'], 'modelopt.onnx'],
  ['At most so many samples', ['modelopt.pytorch', 'modelopt.onnx'], null],
  ['Granularity', ['torchao'], null],
  ['Algorithm', ['torchao', 'modelopt.onnx'], null],
])('%s is an option that of %j has only %s', (label, backends, backend) => {
  expect(onlyBackendWith({ group: 'Options', label }, backends)).toBe(backend);
});
