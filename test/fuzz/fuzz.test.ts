import { expect, it } from 'vitest';
import { formats } from './corpus.ts';
import { makeCase } from './make-case.ts';
import { runFuzz } from './run-fuzz.ts';
import { createTally } from './tally.ts';

const count = 300;

it(`${count} damaged and hostile files are read or refused, never more`, { timeout: 120_000 }, async () => {
  const tally = createTally();
  const run = { seed: 20_260, first: 0, count, format: null, processes: 1 };
  await runFuzz({ ...run, onReport: (report) => tally.add(report) });
  const found = tally.findings.map(({ report, finding }) => ({ made: makeCase(report.id).made, ...finding }));
  expect(found).toEqual([]);
  expect(tally.done).toBe(count);
});

it.each(formats)('the same numbers make the same %s', (format) => {
  const id = { seed: 7, index: 3, format };
  expect(makeCase(id)).toEqual(makeCase(id));
  expect(makeCase({ ...id, index: 4 })).not.toEqual(makeCase(id));
});
