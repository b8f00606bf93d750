import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseRecipe } from '#contract/recipe/parse-recipe.ts';
import type { QuantDtype } from '#contract/recipe/recipe.ts';
import { torchao } from '#torchao/backend.ts';
import { type Contender, inProcess } from './measure.ts';
import { processCost } from './process-cost.ts';

export const commandLine = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));
const script = fileURLToPath(new URL('./torchao_user.py', import.meta.url));

export type Task = { readonly input: string; readonly weights: QuantDtype };

/** The command line as a user starts it: the digests of input and output are a part of it. */
export function ours({ input, weights }: Task): Contender {
  const out = join(dirname(input), 'ours');
  const args = ['quantize', input, '--backend', 'torchao', '--weights', weights, '--out', out, '--json'];
  return { name: 'zeropoint', round: () => processCost([process.execPath, commandLine, ...args]) };
}

/** The backend alone, in this process, which digests nothing. */
export function engine({ input, weights }: Task): Contender {
  const outputDir = join(dirname(input), 'engine');
  const files = { model: { path: input, name: 'in.pth' } };
  const { recipe } = parseRecipe({ backend: 'torchao', layers: [{ module_name: '*', weights: { dtype: weights } }] });
  const report = { progress: () => {}, log: () => {} };
  return inProcess('the engine', async () => {
    await rm(outputDir, { recursive: true, force: true });
    await mkdir(outputDir);
    const plan = await torchao.plan({ recipe, files });
    await torchao.quantize({ recipe, files, plan, outputDir, report, signal: new AbortController().signal });
  });
}

/** The physical limit: what it takes to read the file and write it once. */
export function copying({ input }: Task): Contender {
  const copy = join(dirname(input), 'copy');
  return {
    name: 'cat in > out',
    async round() {
      await rm(copy, { force: true });
      return processCost(['bash', '-c', 'cat "$1" > "$2"', 'bash', input, copy]);
    },
  };
}

export function realTorchao(python: string, { input, weights }: Task): Contender {
  const out = join(dirname(input), 'real.pth');
  return { name: 'torchao', round: () => processCost([python, script, input, out, weights]) };
}
