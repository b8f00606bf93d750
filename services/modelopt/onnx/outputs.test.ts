import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elementCount } from '#engine/formats/element-count.ts';
import type { OnnxModel } from '#engine/formats/onnx/model.ts';
import { readOnnxModel } from '#engine/formats/onnx/read.ts';
import { seededRandom } from '#engine/inference/seeded-random.ts';
import type { TensorValue } from '#engine/inference/tensor-value.ts';
import { answersOf, batchesOf, type Feeds } from './answers.fixture.ts';
import { withPairsOf } from './borrow-scales.fixture.ts';
import { noiseDiffers } from './compare-answers.fixture.ts';
import { type Case, casesOf, filesOf, goldenFolder, quantizeCase } from './conformance.fixture.ts';
import { excluding, onlyOurs, otherAxes } from './departures.fixture.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-outputs-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** A model that holds Q/DQ is refused without compat. */
const refused = 'has-qdq.json';
const models = (await readdir(goldenFolder))
  .filter((file) => file.endsWith('.json') && file !== refused)
  .map((file) => file.slice(0, -5));
const plain = /^(int8|fp8)-(max|entropy)-fp32$/;

/** Enough samples that one value on an edge decides nothing, few enough to be quick. */
const mostBatches = 16;

/**
 * ModelOpt's model is what compat makes, as conformance.test.ts shows; here it computes more than the first batch. What a
 * run tells that it does otherwise is undone: layers that only we quantize are excluded, and a weight whose scales lie
 * along another axis has ModelOpt's.
 */
describe.each(models)('%s without compat has no more noise than ModelOpt’s model', async (model) => {
  const files = filesOf(model);
  const original = await readOnnxModel(files.model);
  for (const given of await plainCasesOf(model))
    test(given.name, async () => {
      const theirs = await quantizeCase(given, scratch);
      const ours = await quantizeCase(given, scratch, { compat: null });
      const { deviations } = ours.findings;
      const also = excluding(onlyOurs(deviations));
      const alike = also.nodes_to_exclude ? await quantizeCase(given, scratch, { compat: null, also }) : ours;
      expect(onlyOurs(alike.findings.deviations)).toEqual([]);
      const batches = (await batchesOf(original, files.calibration)).slice(0, mostBatches);
      const own = withPairsOf(theirs.model, otherAxes(deviations), alike.model);
      expect(noiseDiffers(await answersOfAll({ float: original, theirs: theirs.model, ours: own }, batches))).toEqual(
        [],
      );
    });
});

/** A Gemm with an open batch, which ModelOpt takes for a matrix-vector product and leaves out. */
describe.each(['mlp-dyn', 'resnet-bn', 'vit-op13'])('%s', async (model) => {
  const files = filesOf(model);
  const original = await readOnnxModel(files.model);
  test.each(await plainCasesOf(model))(
    '$name: a layer that only we quantize has no more noise than ModelOpt gives it when told to',
    async (given) => {
      const run = await quantizeCase(given, scratch, { compat: null });
      expect(onlyOurs(run.findings.deviations)).not.toEqual([]);
      const also = { enable_gemv_detection_for_trt: false };
      const ours = await quantizeCase(given, scratch, { compat: null, also });
      const theirs = await quantizeCase(given, scratch, { also });
      expect(ours.findings.deviations).toEqual([]);
      const batches = (await batchesOf(original, files.calibration)).slice(0, mostBatches);
      expect(
        noiseDiffers(await answersOfAll({ float: original, theirs: theirs.model, ours: ours.model }, batches)),
      ).toEqual([]);
    },
  );
});

/** Scales along K serve no kernel: a sum over K has one scale for each column. Which axis has less noise is chance. */
test.each(await plainCasesOf('gemv'))(
  '$name: scales along the columns of a weight of rank 3 have the noise of scales along K',
  async (given) => {
    const original = await readOnnxModel(filesOf('gemv').model);
    const theirs = await quantizeCase(given, scratch);
    const ours = await quantizeCase(given, scratch, { compat: null });
    expect(otherAxes(ours.findings.deviations)).toEqual(['w1']);
    const compared = await answersOfAll(
      { float: original, theirs: theirs.model, ours: ours.model },
      drawnFor(original),
    );
    expect(noiseDiffers(compared, 0.5)).toEqual([]);
  },
);

/** Within what the model was calibrated with; so many that the noise says something about the axis and not about a sample. */
function drawnFor({ graph }: OnnxModel): readonly Feeds[] {
  const random = seededRandom(1);
  const draw = (shape: readonly number[]): TensorValue => {
    const values = Float32Array.from({ length: elementCount(shape) }, () => 4 * random() - 2);
    return { dtype: 'float32', shape, bytes: new Uint8Array(values.buffer) };
  };
  return Array.from(
    { length: 500 },
    () => new Map(graph.inputs.map(({ name, shape }) => [name, draw(shape?.map(Number) ?? [])])),
  );
}

async function plainCasesOf(model: string): Promise<readonly Case[]> {
  return (await casesOf(model)).filter(({ name }) => plain.test(name));
}

async function answersOfAll(of: Record<'float' | 'theirs' | 'ours', OnnxModel>, batches: readonly Feeds[]) {
  const [float, theirs, ours] = [
    await answersOf(of.float, batches),
    await answersOf(of.theirs, batches),
    await answersOf(of.ours, batches),
  ];
  return { float, theirs, ours };
}
