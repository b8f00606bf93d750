// A service of the fleet whose one backend does what its recipe tells it: the faults of an attempt, on demand.
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend, QuantizeJob } from '#contract/backend.ts';
import { InputError } from '#contract/failure.ts';
import type { Plan } from '#contract/plan.ts';
import { serve } from '#worker/serve.ts';

const plan: Plan = {
  backend: 'torchao',
  layers: [
    {
      name: 'fc',
      class: 'Linear',
      evidence: 'weight of rank 2',
      shape: [1, 1],
      verdict: 'quantized',
      weights: { dtype: 'int8', granularity: 'per-channel', axis: 0 },
      activations: null,
      reason: 'the recipe names no layers',
    },
  ],
  rules: [],
  warnings: [],
  bytesBefore: 8,
  bytesAfter: 4,
};

/** With names that nothing packs, so that it fits into no message. */
function hugePlan(layers: number): Plan {
  const [layer] = plan.layers;
  if (!layer) throw new Error('The plan has a layer');
  return { ...plan, layers: Array.from({ length: layers }, () => ({ ...layer, name: randomUUID() })) };
}

const behaviours: Record<string, (job: QuantizeJob) => Promise<void>> = {
  async succeed({ report }) {
    for (const fraction of [0.25, 0.5, 1]) report.progress('quantize', fraction);
    report.log('info', 'all is well');
  },
  async tell({ files: { model }, report }) {
    for (const { name, path, sha256 } of [model, ...(model.parts ?? [])]) {
      report.log(
        'info',
        [name, basename(dirname(path)), basename(path), sha256, await readFile(path, 'utf8')].join(' '),
      );
    }
  },
  async linger({ report, recipe }) {
    const seconds = Number(recipe.backend_kwargs.seconds);
    for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
      report.progress('quantize', tenth / (seconds * 10));
      await sleep(100);
    }
  },
  async spin() {
    for (;;);
  },
  async exit() {
    console.error('the disk is on fire');
    process.exit(7);
  },
  async abort() {
    process.abort();
  },
  async hog() {
    const held: Buffer[] = [];
    for (;;) {
      held.push(Buffer.alloc(16 * 2 ** 20, 1));
      await sleep(5);
    }
  },
  async fill({ outputDir }) {
    for (let index = 0; ; index += 1) {
      await writeFile(join(outputDir, `part-${index}`), Buffer.alloc(2 ** 20));
      await sleep(10);
    }
  },
  async refuse() {
    throw new InputError('CALIBRATION_MISMATCH', 'The data has 3 channels, the graph wants 1.', { remedy: 'Give 1.' });
  },
  async stumble() {
    throw new TypeError('x is undefined');
  },
  async secrets({ report }) {
    report.log(
      'info',
      `sees ${Object.keys(process.env).filter((name) => name.startsWith('ZEROPOINT')).length} secrets`,
    );
  },
  async chatter({ report }) {
    for (let line = 0; line < 6_000; line += 1) report.log('info', `line ${line} \0 \ud800`);
  },
};

const backend: Backend = {
  id: 'torchao',
  outputName: () => 'quantized.bin',
  plan: async ({ recipe }) => {
    if (recipe.backend_kwargs.plan === 'refuse')
      throw new InputError('RULE_MATCHES_NOTHING', 'The rule nope matches nothing.');
    return recipe.backend_kwargs.plan === 'huge' ? hugePlan(10_000) : plan;
  },
  async quantize(job) {
    await behaviours[String(job.recipe.backend_kwargs.do)]?.(job);
    await writeFile(join(job.outputDir, 'quantized.bin'), 'half');
    const score = { correct: 9, total: 10 };
    return {
      layers: { quantized: 1, native: 0, skipped: 0 },
      bytesBefore: 8,
      bytesAfter: 4,
      evaluation: { metric: 'top1', float: score, quantized: score, agreement: 10 },
      warnings: [],
      deviations: [],
      calibrationSamples: null,
    };
  },
};

await serve({
  backends: [backend],
  async inspect(file) {
    if (file.name === 'bad.npz') throw new InputError('NOT_A_DATASET', 'bad.npz is not a dataset.');
    const arrays = Array.from({ length: file.name === 'huge.npz' ? 200_000 : 0 }, () => ({
      name: randomUUID(),
      dtype: 'float32',
      shape: [4096, 4096],
      bytes: 67_108_864,
    }));
    return { kind: 'dataset', format: 'npz', bytes: 4, samples: 1, arrays, labels: null };
  },
});
