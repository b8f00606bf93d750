import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patterns, randomBits } from '../numerics/patterns.fixture.ts';
import { quantizeWeight } from '../numerics/reference/quantize-weight.ts';
import { type WeightDtype, type WeightScheme, weightDtypes } from '../numerics/weight-scheme.ts';
import type { CopyJob, Job, QuantizeJob } from './jobs.ts';
import { fileSource, quantizeJob, runTransfer } from './run-transfer.fixture.ts';
import { slabBytes } from './slab.ts';
import { storedScales } from './stored-scales.ts';

/** A job without a report had nothing to report. */
const none = { repairedBlocks: 0, nonFiniteBlocks: 0 };

/** Enough for several threads. */
const big = Float32Array.from({ length: 10_000_000 }, (_, i) => ((i * 7919) % 2003) / 1000 - 1);

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-transfer-'));
});
afterAll(() => rm(scratch, { recursive: true }));

const int8: WeightScheme = { dtype: 'int8', rounding: 'float32', unusual: 'reproduce' };
const dtypeNames = ['float32', 'bfloat16', 'float16', 'float64'] as const satisfies readonly WeightDtype[];

/** Shapes around the size of a slab, and blocks that do not fit one. */
const shapes: readonly { rows: number; cols: number; block: { rows: number; cols: number } }[] = [
  { rows: 300, cols: 257, block: { rows: 1, cols: 257 } },
  { rows: 20_000, cols: 3, block: { rows: 1, cols: 1 } },
  { rows: 700, cols: 96, block: { rows: 1, cols: 32 } },
  { rows: 2, cols: slabBytes / 2 + 5, block: { rows: 1, cols: slabBytes / 2 + 5 } },
  { rows: 401, cols: 403, block: { rows: 401, cols: 403 } },
];

describe.each(dtypeNames)('weights of %s, quantized slab by slab', (dtype) => {
  it.each(schemesOf(dtype))('are those of the reference: $dtype, rounded as $rounding, $unusual', async (scheme) => {
    const jobs = await Promise.all(
      shapes.map(async ({ rows, cols, block }, i) => {
        const bytes = weightBytes(dtype, { length: rows * cols, seed: i, finite: scheme.unusual === 'repair' });
        const source = await fileSource(join(scratch, `${dtype}.${i}`), bytes, 64 * i);
        return { job: quantizeJob({ name: `w${i}`, source, dtype, rows, cols, block, scheme }), bytes };
      }),
    );
    const run = await runTransfer(
      scratch,
      jobs.map(({ job }) => job),
    );
    for (const { job, bytes } of jobs) {
      const { quantized, scales, repaired, nonFinite } = quantizeWeight({ bytes, ...blocksOf(job), dtype, scheme });
      expect(run.bytesOf(job.qdata).equals(quantized), job.name).toBe(true);
      expect(sameScales(run.bytesOf(job.scale), storedScales(scales, job.scale.dtype), job), job.name).toBe(true);
      expect(run.checksums.get(job.qdata)).toBe(crc32(quantized));
      expect(run.reports.get(job) ?? none).toEqual({ repairedBlocks: repaired, nonFiniteBlocks: nonFinite });
    }
  });
});

describe('transfer', () => {
  it('takes threads for much work, and copies and memory beside them', async () => {
    const jobs = await bigJobs();
    const fractions: number[] = [];
    const run = await runTransfer(scratch, jobs, { onProgress: (fraction) => fractions.push(fraction) });
    for (const job of jobs) {
      const made = job.kind === 'quantize' ? job.qdata : job.to;
      expect(run.checksums.get(made)).toBe(crc32(run.bytesOf(made)));
    }
    const [first, second] = jobs.filter((job) => job.kind === 'quantize');
    expect(first && second && run.bytesOf(first.qdata).equals(run.bytesOf(second.qdata))).toBe(true);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('names the first weight that is not finite, in whatever thread it is found', async () => {
    const values = big.slice();
    values[9_000_001] = Number.NEGATIVE_INFINITY;
    values[7_500_123] = Number.NaN;
    const source = await fileSource(join(scratch, 'holes'), new Uint8Array(values.buffer));
    for (const block of [
      { rows: 1, cols: 1000 },
      { rows: 10_000, cols: 1000 },
    ]) {
      const weight = { name: 'fc.weight', source, dtype: 'float32' as const, rows: 10_000, cols: 1000, block };
      const job = quantizeJob({ ...weight, scheme: { ...int8, unusual: 'repair' } });
      await expect(runTransfer(scratch, [job])).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: 'fc.weight holds NaN at [7500, 123], which no scale can represent.',
      });
    }
    expect(await readdir(scratch)).not.toContain('output');
  });

  it('ends with the reason of its signal, and leaves no file', async () => {
    const controller = new AbortController();
    const jobs = await bigJobs();
    const running = runTransfer(scratch, jobs, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(await readdir(scratch)).not.toContain('output');
  });

  it('says that a file shrank, and what a memory source throws', async () => {
    const jobs = await bigJobs();
    await truncate(join(scratch, 'big'), 20_000_000);
    await expect(runTransfer(scratch, jobs)).rejects.toMatchObject({ code: 'CORRUPT_FILE' });
    const to = { dtype: 'uint8', length: 4 } as const;
    const failing = { kind: 'memory', read: () => Promise.reject(new Error('cannot be unpacked')) } as const;
    await expect(runTransfer(scratch, [{ kind: 'copy', name: 'x', source: failing, to }])).rejects.toThrow(
      'cannot be unpacked',
    );
  });

  it('writes no zeros, and knows their checksum', async () => {
    const to = { dtype: 'int8', length: 4097 } as const;
    const run = await runTransfer(scratch, [{ kind: 'zeros', to }]);
    expect(run.bytesOf(to).equals(Buffer.alloc(4097))).toBe(true);
    expect(run.checksums.get(to)).toBe(crc32(Buffer.alloc(4097)));
  });

  it('has a checksum for storages without bytes', async () => {
    const to = { dtype: 'float32', length: 0 } as const;
    const source = { kind: 'memory', read: async () => new Uint8Array(0) } as const;
    const run = await runTransfer(scratch, [{ kind: 'copy', name: 'empty', source, to }]);
    expect(run.checksums.get(to)).toBe(0);
  });
});

/** A weight of 40 MB from a file, the same from memory, and a copy of both kinds. */
async function bigJobs(): Promise<Job[]> {
  const bytes = new Uint8Array(big.buffer);
  const source = await fileSource(join(scratch, 'big'), bytes, 128);
  const memory = { kind: 'memory', read: async () => bytes } as const;
  const weight = { name: 'big', dtype: 'float32' as const, rows: 10_000, cols: 1000, block: { rows: 1, cols: 1000 } };
  const copy = (from: CopyJob['source']): CopyJob => ({
    kind: 'copy',
    name: 'copy',
    source: from,
    to: { dtype: 'float32', length: big.length },
  });
  return [
    quantizeJob({ ...weight, source, scheme: int8 }),
    quantizeJob({ ...weight, source: memory, scheme: int8 }),
    copy(source),
    copy(memory),
  ];
}

function schemesOf(dtype: WeightDtype): WeightScheme[] {
  const formats = ['int8', 'fp8_e4m3fn', 'fp8_e5m2'] as const;
  const all = formats.flatMap((format): WeightScheme[] => [
    { dtype: format, rounding: 'float32', unusual: 'reproduce' },
    { dtype: format, rounding: 'float32', unusual: 'repair' },
  ]);
  const halves: WeightScheme[] = dtype.endsWith('float16') ? [{ ...int8, rounding: 'weight-dtype' }] : [];
  return [...all.filter((scheme) => dtype !== 'float64' || scheme.dtype !== 'int8'), ...halves];
}

/** Blocks of ordinary values, ties, zeros, tiny ones, and (unless `finite`) any bits at all. */
function weightBytes(
  dtype: WeightDtype,
  { length, seed, finite }: { length: number; seed: number; finite: boolean },
): Uint8Array {
  const { uniform, ties, sparse, tiny, subnormal } = patterns;
  const parts = [uniform, ties, sparse, tiny, subnormal, ...(finite ? [] : [randomBits])];
  const part = Math.ceil(length / parts.length);
  const values = new Float32Array(part * parts.length);
  for (const [i, draw] of parts.entries()) values.set(draw(part, seed + i), i * part);
  const bits = new Uint32Array(values.buffer).subarray(0, length);
  if (weightDtypes[dtype].bytes === 4) return new Uint8Array(values.buffer, 0, length * 4).slice();
  if (dtype === 'float64') return new Uint8Array(Float64Array.from(values.subarray(0, length)).buffer);
  // Upper halves: bfloat16 as it is; as float16 other values, but of every kind.
  const halves = Uint16Array.from(bits, (word) => word >>> 16);
  if (dtype === 'float16')
    for (const [i, half] of halves.entries()) if (finite && (half & 0x7c00) === 0x7c00) halves[i] = half & 0x83ff;
  return new Uint8Array(halves.buffer);
}

function blocksOf({ rows, cols, block }: QuantizeJob) {
  return { length: block.rows * block.cols, blocks: (rows * cols) / (block.rows * block.cols) };
}

/** NaN scales of float16 weights have bits of their own; see unusual-blocks.ts. */
function sameScales(got: Buffer, want: Uint8Array, { dtype, scale }: QuantizeJob): boolean {
  if (dtype !== 'float16' || scale.dtype !== 'float32') return got.equals(want);
  const all = new Float32Array(want.slice().buffer);
  return all.every((value, i) => Object.is(got.readFloatLE(4 * i), value));
}
