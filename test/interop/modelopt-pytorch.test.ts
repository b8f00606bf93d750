import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectedOf, parityNets } from '#kit/parity-net.ts';
import { parityCases } from '#modelopt/pytorch/conformance.fixture.ts';
import { whyLeft } from '#modelopt/pytorch/left-cases.fixture.ts';
import { quantizeParity } from '#modelopt/pytorch/quantize-parity.fixture.ts';
import { judged } from './judged.ts';
import { interopPython } from './python-environment.ts';

let python: string;
let scratch: string;
beforeAll(async () => {
  python = await interopPython((line) => console.log(line));
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-interop-'));
}, 1_800_000);
afterAll(() => rm(scratch, { recursive: true, force: true }));

// One process of Python for all cases of a network: importing takes longer than judging.
test.each(parityNets)('the real ModelOpt restores %s and has the same quantizers and answers', async (net) => {
  const { cases } = await expectedOf(net);
  const offered = parityCases.filter((given) => cases[given] && !whyLeft(`${net}.${given}.plain`));
  const files: string[] = [];
  for (const given of offered) {
    const { path } = await quantizeParity({ net, given, kind: 'plain' }, scratch);
    files.push(`${given}=${path}`);
  }
  if (files.length === 0) return console.log(`${net}: ${whyLeft(`${net}.int8.plain`)}`);
  const verdict = await judged(python, ['judge_restore.py', net, ...files]);
  console.log(verdict);
  for (const given of offered) expect(verdict).toContain(`${given} `);
});
