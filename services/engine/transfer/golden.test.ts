import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WeightDtype, type WeightScheme, weightDtypes } from '../numerics/weight-scheme.ts';
import type { QuantizeJob } from './jobs.ts';
import { quantizeJob, type Run, runTransfer } from './run-transfer.fixture.ts';

const folder = new URL('../../../test/golden/torchao-weights/', import.meta.url);

type Digests = { readonly qdata: string; readonly scale: string };
type GoldenWeight = {
  readonly name: string;
  readonly dtype: WeightDtype;
  readonly shape: readonly [number, number];
  readonly offset: number;
  readonly results: Readonly<Record<string, Digests>>;
};
type Golden = { readonly group: number; readonly weights: readonly GoldenWeight[] };

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-golden-'));
});
afterAll(() => rm(scratch, { recursive: true }));

const golden: Golden = JSON.parse(await readFile(new URL('golden.json', folder), 'utf8'));
const path = fileURLToPath(new URL('weights.bin', folder));
const schemes = [...new Set(golden.weights.flatMap(({ results }) => Object.keys(results)))];

describe.each(schemes)('%s', (scheme) => {
  it('gives the bytes of torchao for every weight', async () => {
    const weights = golden.weights.filter(({ results }) => scheme in results);
    const jobs = weights.map((weight) => jobOf(weight, scheme));
    const run = await runTransfer(scratch, jobs);
    const differing = weights.filter(({ results }, i) => !isEqual(run, jobs[i], results[scheme]));
    expect(differing.map(({ name }) => name)).toEqual([]);
    for (const job of jobs) {
      expect(run.checksums.get(job.qdata)).toBe(crc32(run.bytesOf(job.qdata)));
      expect(run.checksums.get(job.scale)).toBe(crc32(run.bytesOf(job.scale)));
    }
  });
});

function isEqual(run: Run, job: QuantizeJob | undefined, want: Digests | undefined): boolean {
  if (!job || !want) return false;
  return sha256(run.bytesOf(job.qdata)) === want.qdata && sha256(run.bytesOf(job.scale)) === want.scale;
}

function jobOf({ name, dtype, shape: [rows, cols], offset }: GoldenWeight, scheme: string): QuantizeJob {
  const [format, granularity] = [scheme.slice(0, scheme.lastIndexOf('-')), scheme.slice(scheme.lastIndexOf('-') + 1)];
  const blocks = { row: { rows: 1, cols }, tensor: { rows, cols }, group: { rows: 1, cols: golden.group } };
  const bytes = rows * cols * weightDtypes[dtype].bytes;
  return quantizeJob({
    name,
    source: { kind: 'file', extent: { path, offset, bytes } },
    dtype,
    rows,
    cols,
    block: blocks[granularity as keyof typeof blocks],
    scheme: schemeOf(format),
  });
}

function schemeOf(format: string): WeightScheme {
  const old = format.startsWith('old-');
  const dtype = format.replace('old-', '') as WeightScheme['dtype'];
  return { dtype, rounding: old ? 'weight-dtype' : 'float32', unusual: 'reproduce' };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
