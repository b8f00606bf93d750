import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { answersOf, batchesOf } from './answers.fixture.ts';
import { noiseDiffers } from './compare-answers.fixture.ts';
import { casesOf, filesOf, goldenFolder, quantizeCase } from './conformance.fixture.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-outputs-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const models = (await readdir(goldenFolder)).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
const plain = /^(int8|fp8)-(max|entropy)-fp32$/;

/** Enough samples that one value on an edge decides nothing, few enough to be quick. */
const mostBatches = 16;

/** Where noise is not compared, and why. */
const left: readonly { readonly cases: RegExp; readonly because: string }[] = [
  { cases: /^has-qdq\./, because: 'a model that holds Q/DQ is refused without compat' },
  {
    cases: /^(mlp-dyn|resnet-bn|vit-op13)\./,
    because: 'a Gemm with an open batch is quantized too, which ModelOpt takes for a matrix-vector product',
  },
  { cases: /^gemv\./, because: 'a weight of rank 3 has scales along its columns, which ModelOpt has along its rows' },
  {
    cases: /^unet\.int8-entropy/,
    because: 'fused kernels change a last place, and the threshold of one tensor halves: 0.8 dB of noise more',
  },
];

/** ModelOpt's model is what compat makes, as conformance.test.ts shows; here it computes more than the first batch. */
describe.each(models)('%s without compat has no more noise than ModelOpt’s model', async (model) => {
  const files = filesOf(model);
  const original = await readOnnxModel(files.model);
  for (const given of (await casesOf(model)).filter(({ name }) => plain.test(name))) {
    const reason = left.find(({ cases }) => cases.test(`${model}.${given.name}`))?.because;
    test.skipIf(reason)(reason ? `${given.name}: ${reason}` : given.name, async () => {
      const theirs = await quantizeCase(given, scratch);
      const ours = await quantizeCase(given, scratch, { compat: null });
      const batches = (await batchesOf(original, files.calibration)).slice(0, mostBatches);
      const all = (of: typeof original) => answersOf(of, batches);
      const compared = { float: await all(original), theirs: await all(theirs.model), ours: await all(ours.model) };
      expect(noiseDiffers(compared)).toEqual([]);
    });
  }
});
