import { expect, test } from 'vitest';
import { planTaskOf, taskOf } from './task-of.ts';

const file = (role: string) => [role, { path: `/in/${role}`, name: `${role}.bin` }] as const;
const assignment = { backend: 'torchao', recipeJson: '{"backend":"torchao"}', batchSize: 0, outputDir: '/out' };

test('a quantization names its files by role and its batch only if there is one', () => {
  const files = new Map([file('model'), file('graph'), file('calibration')]);
  const task = taskOf({ ...assignment, kind: 'QUANTIZE', files });
  expect(task).toEqual({
    kind: 'quantize',
    backend: 'torchao',
    recipe: { backend: 'torchao' },
    outputDir: '/out',
    files: Object.fromEntries(files),
  });
  expect(taskOf({ ...assignment, kind: 'QUANTIZE', files, batchSize: 8 })).toEqual({ ...task, batchSize: 8 });
});

test.each(['model', 'dataset'])('an inspection reads its %s, and wants one', (role) => {
  const files = new Map([file(role)]);
  expect(taskOf({ ...assignment, kind: 'INSPECT', files })).toEqual({
    kind: 'inspect',
    wanted: role,
    file: files.get(role),
  });
});

test('a plan has no output', () => {
  expect(planTaskOf({ ...assignment, files: new Map([file('model')]) })).toMatchObject({ kind: 'plan' });
});

test('a grant this worker cannot follow is refused in words', () => {
  expect(() => taskOf({ ...assignment, kind: 'DANCE', files: new Map() })).toThrow(/DANCE/);
  expect(() => taskOf({ ...assignment, kind: 'QUANTIZE', files: new Map() })).toThrow(/without a model/);
});
