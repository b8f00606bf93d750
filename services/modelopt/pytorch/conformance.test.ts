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
  parityFile,
  parityNets,
} from '#kit/parity-net.ts';
import { modeloptPytorch } from './backend.ts';
import { countNear, quantizerDifferences } from './compare-quantizers.fixture.ts';
import { type ParityCase, parityCases, recipeOf } from './conformance.fixture.ts';
import { writtenQuantizers } from './written-quantizers.fixture.ts';

/** Runs (network.case.companion) that are not compared, and why. The first that fits counts. */
const left: readonly { readonly runs: RegExp; readonly because: string }[] = [
  { runs: /^rnn\.skip\./, because: 'a rule names modules, not single quantizers of one' },
  { runs: /^rnn\./, because: 'recurrent layers are refused' },
  { runs: /\.fp8\./, because: 'presets are not offered' },
  { runs: /\.int8wo\./, because: 'presets are not offered' },
  { runs: /^(convbn|twice)\.skip\./, because: 'presets are not offered beside rules' },
  { runs: /\.mse\./, because: 'the algorithm mse is not offered' },
  { runs: /\.smoothquant\./, because: 'the algorithm smoothquant is not offered' },
  { runs: /\.hist-percentile\./, because: 'the algorithm percentile is not offered' },
  { runs: /\.hist-entropy\./, because: 'the algorithm entropy is not offered' },
  { runs: /^(mobile|unet)\.tao-linear\./, because: 'a rule that matches nothing is refused' },
  { runs: /\.tao-/, because: 'compat: tao is not offered' },
];

/** What PyTorch and ONNX Runtime differ by on one graph, and about one bin of a histogram. */
const lastBits = 2e-6;
const oneBin = 2e-3;

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zeropoint-parity-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function run(net: ParityNet, given: ParityCase, kind: CompanionKind) {
  const { batchSize } = await expectedOf(net);
  const recipe = recipeOf(net, given, batchSize);
  const files = {
    model: parityFile(`${net}.pth`),
    graph: parityFile(`${net}${companionKinds[kind]}`),
    calibration: parityFile(`${net}.calibration.npz`),
  };
  const outputDir = await mkdtemp(join(scratch, 'run-'));
  const plan = await modeloptPytorch.plan({ recipe, files });
  const report = { progress: () => {}, log: () => {} };
  const signal = new AbortController().signal;
  const { warnings } = await modeloptPytorch.quantize({ recipe, files, plan, outputDir, report, signal });
  const written = await writtenQuantizers(join(outputDir, modeloptPytorch.outputName(recipe)));
  return { written, warnings: [...plan.warnings, ...warnings] };
}

/** Modules that were called with what no tensor of the graph holds: those behind a convolution that a norm went into. */
async function hiddenModules(net: ParityNet, kind: CompanionKind): Promise<readonly string[]> {
  const { modules } = (await companionMaps(net))[kind];
  return Object.keys(modules).filter((name) => modules[name]?.some((tensors) => tensors.length === 0));
}

describe.each(parityNets)('%s', async (net) => {
  const { cases } = await expectedOf(net);
  for (const given of parityCases.filter((name) => cases[name]))
    for (const kind of Object.keys(companionKinds) as CompanionKind[]) {
      const because = left.find(({ runs }) => runs.test(`${net}.${given}.${kind}`))?.because;
      const title = `${given} through the ${kind} companion`;
      test.skipIf(because)(because ? `${title}: ${because}` : title, async () => {
        const { quantizers = {} } = cases[given] ?? {};
        const { written, warnings } = await run(net, given, kind);
        const hidden = (await hiddenModules(net, kind)).filter((name) => quantizers[`${name}.input_quantizer`]?.amax);
        const isHistogram = given.startsWith('hist-');
        const differences = quantizerDifferences(quantizers, written, {
          hidden: new Set(hidden.map((name) => `${name}.input_quantizer`)),
          measured: isHistogram ? oneBin : lastBits,
          weights: given === 'smoothquant' ? 'measured' : 'exact',
        });
        expect(differences).toEqual([]);
        const { near, all } = countNear(quantizers, written, lastBits);
        expect(near).toBeGreaterThanOrEqual(isHistogram ? 0.75 * all : all);
        for (const name of hidden) expect(warnings).toContainEqual(expect.stringContaining(name));
      });
    }
});
