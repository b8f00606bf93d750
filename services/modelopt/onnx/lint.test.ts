import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lintModel } from '#engine/graph/lint/lint.ts';
import { casesOf, quantizeCase } from './conformance.fixture.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-lint-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Rules that are broken by what was asked for. Cases not named here break none; infos are left out. */
const expected: readonly { readonly model: string; readonly cases: RegExp; readonly rules: readonly string[] }[] = [
  { model: 'resnet', cases: /^int8.*exclude-(node|types)$|only-types-(conv|relu)$/, rules: ['Q15'] },
  { model: 'resnet', cases: /nodes-to-quantize$|only-types-conv-add-gemm$/, rules: ['Q15'] },
  { model: 'resnet', cases: /target-dla$/, rules: ['Q15', 'Q18'] },
  { model: 'resnet', cases: /gemv-off$/, rules: ['Q18'] },
  { model: 'densenet', cases: /no-passes/, rules: ['Q16'] },
  { model: 'tied', cases: /no-duplication$/, rules: ['Q23'] },
  { model: 'vit', cases: /^fp8/, rules: ['Q20'] },
  // ModelOpt’s axis 1 of a weight of rank 3: TensorRT cannot take it.
  { model: 'gemv', cases: /^(?!.*gemv-off)/, rules: ['Q06'] },
  { model: 'gemv', cases: /gemv-off$/, rules: ['Q06', 'Q18'] },
];

describe.each([...new Set(expected.map(({ model }) => model))])('%s as ModelOpt quantizes it', async (model) => {
  const cases = (await casesOf(model)).filter(({ expected: made }) => !('error' in made));
  test.each(cases.filter(({ name }) => !/entropy|calib-cache|no-data|refusal/.test(name)))('$name', async (given) => {
    const { model: quantized } = await quantizeCase(given, scratch);
    const found = lintModel(quantized).findings.filter(({ level }) => level !== 'info');
    const rules = expected.find((one) => one.model === model && one.cases.test(given.name))?.rules ?? [];
    expect([...new Set(found.map(({ rule }) => rule))].sort()).toEqual(rules);
  });
});
