import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formats } from './corpus.ts';
import { makeCase } from './make-case.ts';
import { runFuzz } from './run-fuzz.ts';
import { createTally, type Found } from './tally.ts';

/**
 * `npm run fuzz -- --count N --seed S --format pth --first I --processes P`: makes damaged and hostile files of sound
 * ones and reads them as the product does. Ends with 1 if one of them did what no file may do; that file is kept.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    format: { type: 'string' },
    processes: { type: 'string', default: String(Math.min(4, availableParallelism())) },
  },
});
const format = formats.find((known) => known === values.format) ?? null;
if (values.format !== undefined && !format) throw new Error(`--format is one of ${formats.join(', ')}`);
const count = wholeNumber(values.count);
const seed = wholeNumber(values.seed);
const first = wholeNumber(values.first);
const processes = wholeNumber(values.processes);

const kept = join(tmpdir(), 'zeropoint-fuzz-findings');
const tally = createTally();
const started = performance.now();
const seconds = () => (performance.now() - started) / 1000;
await runFuzz({
  seed,
  first,
  count,
  format,
  processes,
  onReport(report) {
    tally.add(report);
    if (report.outcome.kind === 'finding') keep({ report, finding: report.outcome });
    if (tally.done % 1_000 === 0)
      console.log(`${tally.done} of ${count} in ${seconds().toFixed(0)} s, ${tally.findings.length} findings`);
  },
});

for (const row of tally.rows())
  console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(28) : cell.padStart(12))).join(''));
console.log(
  `seed ${seed}, ${tally.done} files in ${seconds().toFixed(0)} s; the slowest took ${tally.slowestMilliseconds.toFixed(0)} ms, the peak of memory was ${(tally.peakBytes / 2 ** 20).toFixed(0)} MiB`,
);
if (tally.findings.length > 0) {
  console.log(`${tally.findings.length} findings; their files are in ${kept}`);
  process.exitCode = 1;
}

function keep({ report: { id }, finding }: Found): void {
  const { bytes, format: kind, made } = makeCase(id);
  const path = join(kept, `seed-${id.seed}-case-${id.index}.${kind}`);
  mkdirSync(kept, { recursive: true });
  writeFileSync(path, bytes);
  console.log(
    `\n${finding.what}: --seed ${id.seed} --first ${id.index} --count 1${format ? ` --format ${format}` : ''}`,
  );
  console.log(`  made of ${made}\n  ${path}\n  ${finding.detail.replaceAll('\n', '\n  ')}\n`);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`“${text}” is no whole number`);
  return Number(text);
}
