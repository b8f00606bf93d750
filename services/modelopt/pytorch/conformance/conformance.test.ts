import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CompanionKind,
  companionKinds,
  companionMaps,
  expectedOf,
  type ParityNet,
  parityNets,
} from '#kit/parity-net.ts';
import { countNear, quantizerDifferences } from './compare-quantizers.fixture.ts';
import { parityCases } from './conformance.fixture.ts';
import { quantizeParity } from './quantize-parity.fixture.ts';
import { writtenQuantizers } from './written-quantizers.fixture.ts';

/** What PyTorch and ONNX Runtime differ by on one graph, and about one bin of a histogram. */
const lastBits = 2e-6;
const oneBin = 2e-3;
/** Of one channel, whose sums may cancel to less than the last bits of their parts. */
const lastBitsOfChannel = 1e-5;

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-parity-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Modules that were called with what no tensor of the graph holds: norms that went into the convolution before them. */
async function hiddenModules(net: ParityNet, kind: CompanionKind): Promise<readonly string[]> {
  const { modules } = (await companionMaps(net))[kind];
  return Object.keys(modules).filter((name) => modules[name]?.some((tensors) => tensors.length === 0));
}

describe.each(parityNets)('%s', async (net) => {
  const { cases } = await expectedOf(net);
  for (const given of parityCases.filter((name) => cases[name]))
    for (const kind of Object.keys(companionKinds) as CompanionKind[]) {
      test(`${given} through the ${kind} companion`, async () => {
        const { quantizers = {} } = cases[given] ?? {};
        const { path, warnings } = await quantizeParity({ net, given, kind }, scratch);
        const written = await writtenQuantizers(path);
        const hidden = (await hiddenModules(net, kind)).filter((name) => quantizers[`${name}.input_quantizer`]?.amax);
        const isHistogram = given.startsWith('hist-');
        const differences = quantizerDifferences(quantizers, written, {
          hidden: new Set(hidden.map((name) => `${name}.input_quantizer`)),
          measured: isHistogram ? oneBin : given === 'smoothquant' ? lastBitsOfChannel : lastBits,
          weights: given === 'smoothquant' ? 'measured' : 'exact',
        });
        expect(differences).toEqual([]);
        const { near, all } = countNear(quantizers, written, lastBits);
        expect(near).toBeGreaterThanOrEqual(isHistogram ? 0.75 * all : all);
        for (const name of hidden) expect(warnings).toContainEqual(expect.stringContaining(name));
      });
    }
});
