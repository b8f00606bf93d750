import { expect, test } from 'vitest';
import { startOfRun } from './start-of-run.ts';

const run = { modelVersion: { id: 'model' }, calibration: null, evaluation: { id: 'evaluation' } };
const preset = 'quantize:\n  backend: torchao\n  mode: weight_only_ptq\n';
const rule = (more: string) => `${preset}  layers:\n    - module_name: Linear\n      weights: { dtype: int8${more} }\n`;

test.each([preset, rule(''), `${preset}  backend_kwargs: { granularity: per_tensor }\n  skip_names: [head]\n`])(
  'the form opens with %j',
  (recipeYaml) => {
    expect(startOfRun({ ...run, recipeYaml })).toMatchObject({
      source: { kind: 'preset', backend: 'torchao' },
      tuned: { torchao: recipeYaml },
      modelVersionId: 'model',
      calibrationVersionId: null,
      evaluationVersionId: 'evaluation',
    });
  },
);

test.each([
  rule(', group_size: 32'),
  `${rule('')}    - module_name: head\n      weights: { dtype: native }\n`,
  `${rule('')}      activations: { dtype: int8 }\n`,
  rule('').replace('Linear', 'decoder.*'),
  'mode: weight_only_ptq',
])('the text opens with %j', (recipeYaml) => {
  expect(startOfRun({ ...run, recipeYaml })).toMatchObject({ source: { kind: 'yaml' }, yaml: recipeYaml });
});
