import { readFile, stat } from 'node:fs/promises';
import { Command } from 'commander';
import { InputError } from '#contract/failure.ts';
import { parseRecipe } from '#contract/recipe/parse-recipe.ts';
import { type Promotion, promoteRecipe } from '#contract/recipe/promote-recipe.ts';
import { promotionNeedWords } from '#contract/recipe/promote-recipe-needs.ts';
import type { BackendId } from '#contract/recipe/recipe.ts';
import { recipeToYaml } from '#contract/recipe/recipe-to-yaml.ts';
import { checkBackend } from '../check-words.ts';
import { inputFile } from '../input-files.ts';
import { printable } from '../printable.ts';

type Options = { readonly to?: BackendId; readonly json?: boolean };

export function promoteCommand(): Command {
  return new Command('promote')
    .description('take a recipe to the next backend: torchao, then modelopt.pytorch, then modelopt.onnx')
    .argument('<recipe>', 'a YAML with the quantize: section, or the manifest.json of a result')
    .option('--to <backend>', 'a backend further on')
    .option('--json', 'print one line of JSON')
    .action(promote);
}

/** The new recipe on stdout, so that it can become a file; on stderr what became of the old one. */
async function promote(path: string, { to, json }: Options): Promise<void> {
  if (to !== undefined) checkBackend(to);
  const { recipe, warnings } = parseRecipe(await readSection(path));
  const promotion = promoteRecipe(recipe, to);
  if (json) return void process.stdout.write(`${JSON.stringify({ ...promotion, warnings })}\n`);
  process.stderr.write(printable(describe(promotion, warnings)));
  process.stdout.write(printable(recipeToYaml(promotion.recipe)));
}

/** A manifest lists every layer of its plan. */
const largestFile = 1 << 26;

async function readSection(path: string): Promise<unknown> {
  await inputFile(path);
  const { size } = await stat(path);
  if (size > largestFile)
    throw new InputError('RECIPE_INVALID', `${path} has ${size} bytes; at most ${largestFile} are read`, {
      remedy: 'Name the YAML with the quantize: section.',
    });
  const text = await readFile(path, 'utf8');
  return text.trimStart().startsWith('{') ? (recipeOfManifest(text) ?? text) : text;
}

function recipeOfManifest(text: string): unknown {
  try {
    const manifest: unknown = JSON.parse(text);
    return typeof manifest === 'object' && manifest !== null && 'recipe' in manifest ? manifest.recipe : manifest;
  } catch {
    // YAML may begin with a brace as well.
    return undefined;
  }
}

function describe({ to, kept, changed, lost, needs }: Promotion, warnings: readonly string[]): string {
  const lines = (word: string, sentences: readonly string[]) => sentences.map((one) => `${word.padEnd(9)} ${one}`);
  return [
    ...lines('warning', warnings),
    ...lines('kept', kept),
    ...lines('changed', changed),
    ...lines('lost', lost),
    ...lines(
      'needed',
      needs.map((need) => promotionNeedWords[need]),
    ),
    `next step ${to}`,
    '',
  ].join('\n');
}
