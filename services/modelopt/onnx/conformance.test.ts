import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '#contract/failure.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { oddData } from '#kit/odd-data.ts';
import { differences } from './compare-qdq.fixture.ts';
import { casesOf, filesOf, goldenFolder, quantizeCase } from './conformance.fixture.ts';
import { describeQdq } from './describe-qdq.fixture.ts';

/** Cases that are not compared, and why. The first that fits counts. */
const left: readonly { readonly cases: RegExp; readonly because: string }[] = [
  {
    cases: /^vit-op13\..*simplify$/,
    because: 'onnxslim also simplifies arithmetic on shapes with an open batch',
  },
  { cases: /\.no-data$/, because: 'its data is random' },
  { cases: /\.calib-cache$/, because: 'a cache of scales is refused' },
  { cases: /refusal\.bad-dtype$/, because: 'high_precision_dtype fp12 is refused, which ModelOpt takes for fp32' },
  { cases: /refusal\.data-path$/, because: 'calibration data always comes as a file' },
  { cases: /refusal\.data-f64$/, because: 'the tests of the calibration data have arrays of other types' },
  { cases: /refusal\.data-extra$/, because: 'arrays that no input has the name of may be labels, and are left alone' },
];

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-conformance-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const models = (await readdir(goldenFolder)).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));

describe.each(models)('%s', async (model) => {
  for (const given of await casesOf(model)) {
    const reason = left.find(({ cases }) => cases.test(`${model}.${given.name}`))?.because;
    test.skipIf(reason)(reason ? `${given.name}: ${reason}` : given.name, async () => {
      const { expected, options } = given;
      const files = filesOf(model);
      const calibration = await oddData(options.calibration_data, files.calibration, scratch);
      const quantized = quantizeCase(given, scratch, calibration ?? files.calibration);
      if ('error' in expected) {
        await expect(quantized).rejects.toBeInstanceOf(InputError);
        return;
      }
      const original = await readOnnxModel(files.model);
      expect(differences(expected, describeQdq((await quantized).model, original))).toEqual([]);
    });
  }
});
