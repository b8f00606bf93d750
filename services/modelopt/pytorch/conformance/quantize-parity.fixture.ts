import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type CompanionKind, companionKinds, expectedOf, type ParityNet, parityFile } from '#kit/parity-net.ts';
import { modeloptPytorch } from '../backend.ts';
import { type ParityCase, recipeOf } from './conformance.fixture.ts';

/** A network of test/fixtures/modelopt-nets through a companion, as one of its cases asks: the file, and what was said. */
export async function quantizeParity(
  { net, given, kind, compress }: { net: ParityNet; given: ParityCase; kind: CompanionKind; compress?: true },
  folder: string,
): Promise<{ readonly path: string; readonly warnings: readonly string[] }> {
  const { batchSize } = await expectedOf(net);
  const usual = recipeOf(net, given, batchSize);
  const recipe = compress ? { ...usual, backend_kwargs: { ...usual.backend_kwargs, compress } } : usual;
  const files = {
    model: parityFile(`${net}.pth`),
    graph: parityFile(`${net}${companionKinds[kind]}`),
    calibration: parityFile(`${net}.calibration.npz`),
  };
  const outputDir = await mkdtemp(join(folder, `${net}-${given}-`));
  const plan = await modeloptPytorch.plan({ recipe, files });
  const report = { progress: () => {}, log: () => {} };
  const signal = new AbortController().signal;
  const { warnings } = await modeloptPytorch.quantize({ recipe, files, plan, outputDir, report, signal });
  return { path: join(outputDir, modeloptPytorch.outputName(recipe)), warnings: [...plan.warnings, ...warnings] };
}
